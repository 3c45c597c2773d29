-- Revert btsql:functions/grant_rights from pg
BEGIN;

DROP FUNCTION btsql.grant_rights();

COMMIT;
