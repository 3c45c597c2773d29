-- Deploy btsql:indexes/backtest_run_strategy_type to pg
-- requires: tables/backtest_run
BEGIN;

CREATE INDEX backtest_run_strategy_type
    ON btsql.backtest_run (strategy_type, run_id);

COMMENT ON INDEX btsql.backtest_run_strategy_type IS 'Lists the runs of one strategy_type, newest first (list_runs).';

COMMIT;
