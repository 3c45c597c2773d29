-- Revert btsql:indexes/backtest_run_not_success from pg
BEGIN;

DROP INDEX btsql.backtest_run_not_success;

COMMIT;
