-- Verify btsql:functions/started_runs on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.started_runs()', 'EXECUTE'), 'btsql.started_runs() cannot be called';
END $verify$;

ROLLBACK;
