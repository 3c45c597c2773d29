-- Revert btsql:functions/best_runs from pg
BEGIN;

DROP FUNCTION btsql.best_runs(
    text, text, text, text, timestamptz, timestamptz, jsonb, jsonb, text[], integer);

COMMIT;
