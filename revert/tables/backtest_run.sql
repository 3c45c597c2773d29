-- Revert btsql:tables/backtest_run from pg
BEGIN;

DROP TABLE btsql.backtest_run;

COMMIT;
