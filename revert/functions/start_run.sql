-- Revert btsql:functions/start_run from pg
BEGIN;

DROP FUNCTION btsql.start_run(jsonb, jsonb, integer);

COMMIT;
