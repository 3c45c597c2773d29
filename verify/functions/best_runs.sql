-- Verify btsql:functions/best_runs on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.best_runs(
    text, text, text, text, timestamptz, timestamptz, jsonb, jsonb, text[], integer)', 'EXECUTE'), 'btsql.best_runs(
    text, text, text, text, timestamptz, timestamptz, jsonb, jsonb, text[], integer) cannot be called';
END $verify$;

ROLLBACK;
