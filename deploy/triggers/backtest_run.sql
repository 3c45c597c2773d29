-- Deploy btsql:triggers/backtest_run to pg
-- requires: tables/backtest_run
-- requires: functions/stamp_recorded_at
-- requires: functions/refuse_invented_replacement
-- requires: functions/refuse_change
-- requires: functions/refuse_update_of_final_run
BEGIN;

CREATE TRIGGER backtest_run_is_stamped
    BEFORE INSERT ON btsql.backtest_run
    FOR EACH ROW EXECUTE FUNCTION btsql.stamp_recorded_at();

CREATE TRIGGER backtest_run_replaces_nothing
    BEFORE INSERT ON btsql.backtest_run
    FOR EACH ROW EXECUTE FUNCTION btsql.refuse_invented_replacement();

CREATE TRIGGER backtest_run_is_immutable
    BEFORE UPDATE ON btsql.backtest_run
    FOR EACH ROW EXECUTE FUNCTION btsql.refuse_update_of_final_run();

CREATE TRIGGER backtest_run_is_not_truncated
    BEFORE TRUNCATE ON btsql.backtest_run
    FOR EACH STATEMENT EXECUTE FUNCTION btsql.refuse_change();

COMMENT ON TRIGGER backtest_run_is_stamped ON btsql.backtest_run IS 'Sets recorded_at to the time of the transaction.';
COMMENT ON TRIGGER backtest_run_replaces_nothing ON btsql.backtest_run IS
    'A new row cannot claim to have replaced an interrupted run: only record_run() replaces one.';
COMMENT ON TRIGGER backtest_run_is_immutable ON btsql.backtest_run IS
    'A recorded run is never updated, except that a run recorded as interrupted is replaced by its own final record.';
COMMENT ON TRIGGER backtest_run_is_not_truncated ON btsql.backtest_run IS
    'Refuses TRUNCATE, which row triggers do not see.';

COMMIT;
