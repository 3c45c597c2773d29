-- Verify btsql:functions/check_run on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.check_run(text)', 'EXECUTE'), 'btsql.check_run(text) cannot be called';
END $verify$;

ROLLBACK;
