-- Verify btsql:indexes/backtest_run_instruments on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT (SELECT indisvalid FROM pg_index WHERE indexrelid = 'btsql.backtest_run_instruments'::regclass),
           'index btsql.backtest_run_instruments is not valid';
END $verify$;

ROLLBACK;
