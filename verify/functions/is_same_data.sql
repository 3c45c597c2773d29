-- Verify btsql:functions/is_same_data on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.is_same_data(jsonb, jsonb)', 'EXECUTE'), 'btsql.is_same_data(jsonb, jsonb) cannot be called';
END $verify$;

ROLLBACK;
