-- Deploy btsql:indexes/performance_metrics_total_return to pg
-- requires: tables/performance_metrics
BEGIN;

CREATE INDEX performance_metrics_total_return
    ON btsql.performance_metrics (total_return, run_id)
    WHERE total_return IS NOT NULL;

COMMENT ON INDEX btsql.performance_metrics_total_return IS 'Ranks all runs by total_return (list_runs, best_runs).';

COMMIT;
