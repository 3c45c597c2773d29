-- Revert btsql:indexes/backtest_run_config_hash from pg
BEGIN;

DROP INDEX btsql.backtest_run_config_hash;

COMMIT;
