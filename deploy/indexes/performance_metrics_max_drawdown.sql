-- Deploy btsql:indexes/performance_metrics_max_drawdown to pg
-- requires: tables/performance_metrics
BEGIN;

CREATE INDEX performance_metrics_max_drawdown
    ON btsql.performance_metrics (max_drawdown, run_id)
    WHERE max_drawdown IS NOT NULL;

COMMENT ON INDEX btsql.performance_metrics_max_drawdown IS 'Ranks all runs by max_drawdown (list_runs, best_runs).';

COMMIT;
