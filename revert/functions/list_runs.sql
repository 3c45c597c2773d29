-- Revert btsql:functions/list_runs from pg
BEGIN;

DROP FUNCTION btsql.list_runs(text, text, text, text, timestamptz, timestamptz, integer);

COMMIT;
