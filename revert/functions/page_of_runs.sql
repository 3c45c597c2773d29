-- Revert btsql:functions/page_of_runs from pg
BEGIN;

DROP FUNCTION btsql.page_of_runs(text, text, text, integer);

COMMIT;
