-- Verify btsql:functions/json_differences on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.json_differences(jsonb, jsonb)', 'EXECUTE'), 'btsql.json_differences(jsonb, jsonb) cannot be called';
END $verify$;

ROLLBACK;
