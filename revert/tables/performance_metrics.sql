-- Revert btsql:tables/performance_metrics from pg
BEGIN;

DROP TABLE btsql.performance_metrics;

COMMIT;
