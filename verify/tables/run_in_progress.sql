-- Verify btsql:tables/run_in_progress on pg
BEGIN;

SELECT run_id, started_at, record, process, backend_pid, recorded_at
  FROM btsql.run_in_progress
 WHERE FALSE;

ROLLBACK;
