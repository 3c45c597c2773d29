-- Verify btsql:functions/reproduction_reasons on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.reproduction_reasons(jsonb, jsonb)', 'EXECUTE'), 'btsql.reproduction_reasons(jsonb, jsonb) cannot be called';
END $verify$;

ROLLBACK;
