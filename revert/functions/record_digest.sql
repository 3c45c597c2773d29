-- Revert btsql:functions/record_digest from pg
BEGIN;

DROP FUNCTION btsql.record_digest(btsql.backtest_run, btsql.performance_metrics, jsonb);

COMMIT;
