-- Revert btsql:indexes/backtest_run_strategy_type from pg
BEGIN;

DROP INDEX btsql.backtest_run_strategy_type;

COMMIT;
