-- Verify btsql:indexes/backtest_run_origin on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT (SELECT indisvalid FROM pg_index WHERE indexrelid = 'btsql.backtest_run_origin'::regclass),
           'index btsql.backtest_run_origin is not valid';
END $verify$;

ROLLBACK;
