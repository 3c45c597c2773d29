-- Revert btsql:indexes/backtest_run_strategy_name from pg
BEGIN;

DROP INDEX btsql.backtest_run_strategy_name;

COMMIT;
