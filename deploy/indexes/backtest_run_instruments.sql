-- Deploy btsql:indexes/backtest_run_instruments to pg
-- requires: tables/backtest_run
BEGIN;

CREATE INDEX backtest_run_instruments
    ON btsql.backtest_run USING gin (instruments);

COMMENT ON INDEX btsql.backtest_run_instruments IS 'Finds the runs on an instrument (list_runs).';

COMMIT;
