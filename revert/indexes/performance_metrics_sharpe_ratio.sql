-- Revert btsql:indexes/performance_metrics_sharpe_ratio from pg
BEGIN;

DROP INDEX btsql.performance_metrics_sharpe_ratio;

COMMIT;
