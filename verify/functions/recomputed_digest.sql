-- Verify btsql:functions/recomputed_digest on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.recomputed_digest(btsql.backtest_run)', 'EXECUTE'), 'btsql.recomputed_digest(btsql.backtest_run) cannot be called';
END $verify$;

ROLLBACK;
