-- Revert btsql:functions/recomputed_digest from pg
BEGIN;

DROP FUNCTION btsql.recomputed_digest(btsql.backtest_run);

COMMIT;
