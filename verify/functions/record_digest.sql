-- Verify btsql:functions/record_digest on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.record_digest(btsql.backtest_run, btsql.performance_metrics, jsonb)', 'EXECUTE'), 'btsql.record_digest(btsql.backtest_run, btsql.performance_metrics, jsonb) cannot be called';
END $verify$;

ROLLBACK;
