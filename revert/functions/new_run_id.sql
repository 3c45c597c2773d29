-- Revert btsql:functions/new_run_id from pg
BEGIN;

DROP FUNCTION btsql.new_run_id(timestamptz);

COMMIT;
