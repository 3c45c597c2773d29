-- Verify btsql:functions/run_identity on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.run_identity(text)', 'EXECUTE'), 'btsql.run_identity(text) cannot be called';
END $verify$;

ROLLBACK;
