-- Verify btsql:functions/find_run on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.find_run(text)', 'EXECUTE'), 'btsql.find_run(text) cannot be called';
END $verify$;

ROLLBACK;
