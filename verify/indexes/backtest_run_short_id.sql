-- Verify btsql:indexes/backtest_run_short_id on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT (SELECT indisvalid FROM pg_index WHERE indexrelid = 'btsql.backtest_run_short_id'::regclass),
           'index btsql.backtest_run_short_id is not valid';
END $verify$;

ROLLBACK;
