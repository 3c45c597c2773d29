-- Verify btsql:indexes/backtest_run_config_hash on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT (SELECT indisvalid FROM pg_index WHERE indexrelid = 'btsql.backtest_run_config_hash'::regclass),
           'index btsql.backtest_run_config_hash is not valid';
END $verify$;

ROLLBACK;
