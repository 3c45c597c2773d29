-- Revert btsql:functions/time_of from pg
BEGIN;

DROP FUNCTION btsql.time_of(jsonb, text);

COMMIT;
