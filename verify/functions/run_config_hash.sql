-- Verify btsql:functions/run_config_hash on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.run_config_hash(text, jsonb)', 'EXECUTE'), 'btsql.run_config_hash(text, jsonb) cannot be called';
END $verify$;

ROLLBACK;
