-- Deploy btsql:indexes/performance_metrics_type_sharpe_ratio to pg
-- requires: tables/performance_metrics
BEGIN;

CREATE INDEX performance_metrics_type_sharpe_ratio
    ON btsql.performance_metrics (strategy_type, sharpe_ratio, run_id)
    WHERE sharpe_ratio IS NOT NULL;

COMMENT ON INDEX btsql.performance_metrics_type_sharpe_ratio IS 'Ranks the runs of one strategy type by sharpe_ratio (list_runs, best_runs).';

COMMIT;
