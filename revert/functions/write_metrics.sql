-- Revert btsql:functions/write_metrics from pg
BEGIN;

DROP FUNCTION btsql.write_metrics(btsql.performance_metrics, jsonb);

COMMIT;
