-- Revert btsql:functions/check_identity from pg
BEGIN;

DROP FUNCTION btsql.check_identity(jsonb);

COMMIT;
