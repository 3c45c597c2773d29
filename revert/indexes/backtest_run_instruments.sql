-- Revert btsql:indexes/backtest_run_instruments from pg
BEGIN;

DROP INDEX btsql.backtest_run_instruments;

COMMIT;
