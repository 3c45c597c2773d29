-- Deploy btsql:triggers/performance_metrics to pg
-- requires: tables/performance_metrics
-- requires: functions/stamp_recorded_at
-- requires: functions/refuse_change
-- requires: functions/refuse_direct_delete
BEGIN;

CREATE TRIGGER performance_metrics_are_stamped
    BEFORE INSERT ON btsql.performance_metrics
    FOR EACH ROW EXECUTE FUNCTION btsql.stamp_recorded_at();

CREATE TRIGGER performance_metrics_are_immutable
    BEFORE UPDATE ON btsql.performance_metrics
    FOR EACH ROW EXECUTE FUNCTION btsql.refuse_change();

CREATE TRIGGER performance_metrics_are_deleted_with_the_run
    BEFORE DELETE ON btsql.performance_metrics
    FOR EACH ROW EXECUTE FUNCTION btsql.refuse_direct_delete();

CREATE TRIGGER performance_metrics_are_not_truncated
    BEFORE TRUNCATE ON btsql.performance_metrics
    FOR EACH STATEMENT EXECUTE FUNCTION btsql.refuse_change();

COMMENT ON TRIGGER performance_metrics_are_stamped ON btsql.performance_metrics IS
    'Sets recorded_at to the time of the transaction, so the row fits only a run of the same transaction.';
COMMENT ON TRIGGER performance_metrics_are_immutable ON btsql.performance_metrics IS 'A recorded row is never updated.';
COMMENT ON TRIGGER performance_metrics_are_deleted_with_the_run ON btsql.performance_metrics IS
    'The rows can only be deleted together with their run, by its cascade.';
COMMENT ON TRIGGER performance_metrics_are_not_truncated ON btsql.performance_metrics IS
    'Refuses TRUNCATE, which row triggers do not see.';

COMMIT;
