-- Revert btsql:functions/started_runs from pg
BEGIN;

DROP FUNCTION btsql.started_runs();

COMMIT;
