-- Revert btsql:functions/newest_with_value from pg
BEGIN;

DROP FUNCTION btsql.newest_with_value(jsonb, uuid, integer);

COMMIT;
