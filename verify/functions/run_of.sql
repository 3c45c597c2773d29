-- Verify btsql:functions/run_of on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.run_of(jsonb)', 'EXECUTE'), 'btsql.run_of(jsonb) cannot be called';
END $verify$;

ROLLBACK;
