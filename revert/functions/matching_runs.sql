-- Revert btsql:functions/matching_runs from pg
BEGIN;

DROP FUNCTION btsql.matching_runs(
    text, text, text, text, timestamptz, timestamptz, timestamptz, timestamptz, jsonb, jsonb, text[], text, boolean,
    integer, text, boolean);

COMMIT;
