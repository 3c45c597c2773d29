-- Revert btsql:indexes/backtest_run_test_bed from pg
BEGIN;

DROP INDEX btsql.backtest_run_test_bed;

COMMIT;
