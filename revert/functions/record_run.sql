-- Revert btsql:functions/record_run from pg
BEGIN;

DROP FUNCTION btsql.record_run(jsonb);

COMMIT;
