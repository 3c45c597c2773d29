-- Deploy btsql:indexes/backtest_run_strategy_name to pg
-- requires: tables/backtest_run
BEGIN;

CREATE INDEX backtest_run_strategy_name
    ON btsql.backtest_run (strategy_name, run_id);

COMMENT ON INDEX btsql.backtest_run_strategy_name IS 'Lists the runs of one strategy_name, newest first (list_runs).';

COMMIT;
