-- Verify btsql:functions/delete_run on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.delete_run(text)', 'EXECUTE'), 'btsql.delete_run(text) cannot be called';
END $verify$;

ROLLBACK;
