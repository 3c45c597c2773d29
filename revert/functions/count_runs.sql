-- Revert btsql:functions/count_runs from pg
BEGIN;

DROP FUNCTION btsql.count_runs();

COMMIT;
