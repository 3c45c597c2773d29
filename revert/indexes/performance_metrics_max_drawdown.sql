-- Revert btsql:indexes/performance_metrics_max_drawdown from pg
BEGIN;

DROP INDEX btsql.performance_metrics_max_drawdown;

COMMIT;
