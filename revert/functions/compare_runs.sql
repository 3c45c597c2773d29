-- Revert btsql:functions/compare_runs from pg
BEGIN;

DROP FUNCTION btsql.compare_runs(text[]);

COMMIT;
