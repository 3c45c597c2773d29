-- Verify btsql:indexes/backtest_run_strategy_name on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT (SELECT indisvalid FROM pg_index WHERE indexrelid = 'btsql.backtest_run_strategy_name'::regclass),
           'index btsql.backtest_run_strategy_name is not valid';
END $verify$;

ROLLBACK;
