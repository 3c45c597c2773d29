-- Verify btsql:functions/run_id_milliseconds on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.run_id_milliseconds(uuid)', 'EXECUTE'), 'btsql.run_id_milliseconds(uuid) cannot be called';
END $verify$;

ROLLBACK;
