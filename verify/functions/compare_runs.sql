-- Verify btsql:functions/compare_runs on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.compare_runs(text[])', 'EXECUTE'), 'btsql.compare_runs(text[]) cannot be called';
END $verify$;

ROLLBACK;
