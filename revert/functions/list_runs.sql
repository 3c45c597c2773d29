-- Revert btsql:functions/list_runs from pg
BEGIN;

DROP FUNCTION btsql.list_runs(
    text, text, text, text, timestamptz, timestamptz, timestamptz, timestamptz, jsonb, jsonb, text[], text, boolean,
    integer, text);

COMMIT;
