-- Verify btsql:functions/record_interrupted on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.record_interrupted(uuid, text)', 'EXECUTE'), 'btsql.record_interrupted(uuid, text) cannot be called';
END $verify$;

ROLLBACK;
