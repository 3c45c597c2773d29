-- Verify btsql:functions/run_lock_key on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.run_lock_key(uuid)', 'EXECUTE'), 'btsql.run_lock_key(uuid) cannot be called';
END $verify$;

ROLLBACK;
