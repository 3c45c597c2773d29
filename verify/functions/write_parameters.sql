-- Verify btsql:functions/write_parameters on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.write_parameters(uuid, jsonb)', 'EXECUTE'), 'btsql.write_parameters(uuid, jsonb) cannot be called';
END $verify$;

ROLLBACK;
