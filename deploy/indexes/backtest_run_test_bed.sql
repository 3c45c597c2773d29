-- Deploy btsql:indexes/backtest_run_test_bed to pg
-- requires: tables/backtest_run
-- requires: functions/test_bed
BEGIN;

CREATE INDEX backtest_run_test_bed
    ON btsql.backtest_run (btsql.test_bed(strategy_path, instruments, data_start, data_end), run_id)
    WHERE status = 'success';

COMMENT ON INDEX btsql.backtest_run_test_bed IS
    'Finds successes of one strategy on the same instruments and dates, newest first (find_near_duplicates).';

COMMIT;
