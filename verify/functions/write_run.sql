-- Verify btsql:functions/write_run on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.write_run(btsql.backtest_run)', 'EXECUTE'), 'btsql.write_run(btsql.backtest_run) cannot be called';
END $verify$;

ROLLBACK;
