-- Verify btsql:indexes/backtest_run_strategy_type on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT (SELECT indisvalid FROM pg_index WHERE indexrelid = 'btsql.backtest_run_strategy_type'::regclass),
           'index btsql.backtest_run_strategy_type is not valid';
END $verify$;

ROLLBACK;
