-- Verify btsql:indexes/backtest_run_test_bed on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT (SELECT indisvalid FROM pg_index WHERE indexrelid = 'btsql.backtest_run_test_bed'::regclass),
           'index btsql.backtest_run_test_bed is not valid';
END $verify$;

ROLLBACK;
