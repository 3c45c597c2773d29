-- Revert btsql:indexes/backtest_run_origin from pg
BEGIN;

DROP INDEX btsql.backtest_run_origin;

COMMIT;
