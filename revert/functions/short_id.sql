-- Revert btsql:functions/short_id from pg
BEGIN;

DROP FUNCTION btsql.short_id(uuid);

COMMIT;
