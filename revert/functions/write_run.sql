-- Revert btsql:functions/write_run from pg
BEGIN;

DROP FUNCTION btsql.write_run(btsql.backtest_run);

COMMIT;
