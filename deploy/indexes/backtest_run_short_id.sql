-- Deploy btsql:indexes/backtest_run_short_id to pg
-- requires: tables/backtest_run
-- requires: functions/short_id
BEGIN;

-- COLLATE "C", so that a range of the first digits is a range of the index.
CREATE INDEX backtest_run_short_id
    ON btsql.backtest_run ((btsql.short_id(run_id)) COLLATE "C");

COMMENT ON INDEX btsql.backtest_run_short_id IS 'Resolves an abbreviated run id (find_run).';

COMMIT;
