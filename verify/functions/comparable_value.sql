-- Verify btsql:functions/comparable_value on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.comparable_value(jsonb)', 'EXECUTE'), 'btsql.comparable_value(jsonb) cannot be called';
END $verify$;

ROLLBACK;
