-- Revert btsql:functions/first_run_id from pg
BEGIN;

DROP FUNCTION btsql.first_run_id(timestamptz);

COMMIT;
