-- Verify btsql:functions/metric_condition on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.metric_condition(text, text, jsonb)', 'EXECUTE'), 'btsql.metric_condition(text, text, jsonb) cannot be called';
END $verify$;

ROLLBACK;
