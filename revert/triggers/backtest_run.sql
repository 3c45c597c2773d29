-- Revert btsql:triggers/backtest_run from pg
BEGIN;

DROP TRIGGER backtest_run_is_not_truncated ON btsql.backtest_run;
DROP TRIGGER backtest_run_is_immutable ON btsql.backtest_run;
DROP TRIGGER backtest_run_replaces_nothing ON btsql.backtest_run;
DROP TRIGGER backtest_run_is_stamped ON btsql.backtest_run;

COMMIT;
