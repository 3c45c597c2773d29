-- Verify btsql:functions/config_hash on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.config_hash(jsonb)', 'EXECUTE'), 'btsql.config_hash(jsonb) cannot be called';
END $verify$;

ROLLBACK;
