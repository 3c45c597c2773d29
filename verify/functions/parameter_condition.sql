-- Verify btsql:functions/parameter_condition on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.parameter_condition(text, text, jsonb)', 'EXECUTE'), 'btsql.parameter_condition(text, text, jsonb) cannot be called';
END $verify$;

ROLLBACK;
