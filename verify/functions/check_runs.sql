-- Verify btsql:functions/check_runs on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.check_runs()', 'EXECUTE'), 'btsql.check_runs() cannot be called';
END $verify$;

ROLLBACK;
