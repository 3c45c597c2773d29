-- Verify btsql:indexes/backtest_run_not_success on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT (SELECT indisvalid FROM pg_index WHERE indexrelid = 'btsql.backtest_run_not_success'::regclass),
           'index btsql.backtest_run_not_success is not valid';
END $verify$;

ROLLBACK;
