-- Revert btsql:indexes/performance_metrics_type_total_return from pg
BEGIN;

DROP INDEX btsql.performance_metrics_type_total_return;

COMMIT;
