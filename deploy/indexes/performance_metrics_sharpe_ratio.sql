-- Deploy btsql:indexes/performance_metrics_sharpe_ratio to pg
-- requires: tables/performance_metrics
BEGIN;

CREATE INDEX performance_metrics_sharpe_ratio
    ON btsql.performance_metrics (sharpe_ratio, run_id)
    WHERE sharpe_ratio IS NOT NULL;

COMMENT ON INDEX btsql.performance_metrics_sharpe_ratio IS 'Ranks all runs by sharpe_ratio (list_runs, best_runs).';

COMMIT;
