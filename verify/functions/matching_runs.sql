-- Verify btsql:functions/matching_runs on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.matching_runs(
    text, text, text, text, timestamptz, timestamptz, timestamptz, timestamptz, jsonb, jsonb, text[], text, boolean,
    integer, text, boolean)', 'EXECUTE'),
           'btsql.matching_runs() cannot be called';
END $verify$;

ROLLBACK;
