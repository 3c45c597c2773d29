-- Deploy btsql:indexes/backtest_run_origin to pg
-- requires: tables/backtest_run
BEGIN;

CREATE INDEX backtest_run_origin
    ON btsql.backtest_run (origin_run_id, run_id)
    WHERE origin_run_id IS NOT NULL;

COMMENT ON INDEX btsql.backtest_run_origin IS
    'Finds the runs that reproduce or vary a run, newest first (find_reproductions).';

COMMIT;
