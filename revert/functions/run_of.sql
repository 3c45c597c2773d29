-- Revert btsql:functions/run_of from pg
BEGIN;

DROP FUNCTION btsql.run_of(jsonb);

COMMIT;
