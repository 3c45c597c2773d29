-- Verify btsql:functions/instrument_definition on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.instrument_definition(jsonb)', 'EXECUTE'), 'btsql.instrument_definition(jsonb) cannot be called';
END $verify$;

ROLLBACK;
