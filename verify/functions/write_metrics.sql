-- Verify btsql:functions/write_metrics on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.write_metrics(btsql.performance_metrics, jsonb)', 'EXECUTE'), 'btsql.write_metrics(btsql.performance_metrics, jsonb) cannot be called';
END $verify$;

ROLLBACK;
