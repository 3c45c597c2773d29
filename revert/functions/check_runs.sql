-- Revert btsql:functions/check_runs from pg
BEGIN;

DROP FUNCTION btsql.check_runs();

COMMIT;
