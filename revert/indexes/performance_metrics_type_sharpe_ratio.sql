-- Revert btsql:indexes/performance_metrics_type_sharpe_ratio from pg
BEGIN;

DROP INDEX btsql.performance_metrics_type_sharpe_ratio;

COMMIT;
