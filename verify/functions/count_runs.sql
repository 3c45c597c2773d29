-- Verify btsql:functions/count_runs on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.count_runs()', 'EXECUTE'), 'btsql.count_runs() cannot be called';
END $verify$;

ROLLBACK;
