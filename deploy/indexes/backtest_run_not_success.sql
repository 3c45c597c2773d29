-- Deploy btsql:indexes/backtest_run_not_success to pg
-- requires: tables/backtest_run
BEGIN;

CREATE INDEX backtest_run_not_success
    ON btsql.backtest_run (status, run_id)
    WHERE status <> 'success';

COMMENT ON INDEX btsql.backtest_run_not_success IS 'Lists failed and interrupted runs, newest first (list_runs).';

COMMIT;
