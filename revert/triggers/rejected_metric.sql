-- Revert btsql:triggers/rejected_metric from pg
BEGIN;

DROP TRIGGER rejected_metric_is_not_truncated ON btsql.rejected_metric;
DROP TRIGGER rejected_metric_is_deleted_with_the_run ON btsql.rejected_metric;
DROP TRIGGER rejected_metric_is_immutable ON btsql.rejected_metric;
DROP TRIGGER rejected_metric_is_stamped ON btsql.rejected_metric;

COMMIT;
