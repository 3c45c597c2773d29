-- Verify btsql:functions/get_run on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.get_run(text)', 'EXECUTE'), 'btsql.get_run(text) cannot be called';
END $verify$;

ROLLBACK;
