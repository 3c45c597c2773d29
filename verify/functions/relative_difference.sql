-- Verify btsql:functions/relative_difference on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.relative_difference(jsonb, jsonb)', 'EXECUTE'), 'btsql.relative_difference(jsonb, jsonb) cannot be called';
END $verify$;

ROLLBACK;
