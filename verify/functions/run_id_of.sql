-- Verify btsql:functions/run_id_of on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.run_id_of(jsonb, text)', 'EXECUTE'), 'btsql.run_id_of(jsonb, text) cannot be called';
END $verify$;

ROLLBACK;
