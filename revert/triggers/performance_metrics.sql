-- Revert btsql:triggers/performance_metrics from pg
BEGIN;

DROP TRIGGER performance_metrics_are_not_truncated ON btsql.performance_metrics;
DROP TRIGGER performance_metrics_are_deleted_with_the_run ON btsql.performance_metrics;
DROP TRIGGER performance_metrics_are_immutable ON btsql.performance_metrics;
DROP TRIGGER performance_metrics_are_stamped ON btsql.performance_metrics;

COMMIT;
