-- Revert btsql:indexes/backtest_run_short_id from pg
BEGIN;

DROP INDEX btsql.backtest_run_short_id;

COMMIT;
