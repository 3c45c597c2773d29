-- Verify btsql:tables/rejected_metric on pg
BEGIN;

SELECT run_id, recorded_at, metric, reported_value, reason
  FROM btsql.rejected_metric
 WHERE FALSE;

ROLLBACK;
