-- Verify btsql:functions/run_config on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.run_config(text)', 'EXECUTE'), 'btsql.run_config(text) cannot be called';
END $verify$;

ROLLBACK;
