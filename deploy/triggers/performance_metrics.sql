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
    'recorded_at is the time of the transaction, so the row fits only a run of the same transaction.';
COMMENT ON TRIGGER performance_metrics_are_immutable ON btsql.performance_metrics IS 'What is recorded is never updated.';
COMMENT ON TRIGGER performance_metrics_are_deleted_with_the_run ON btsql.performance_metrics IS
    'The rows go by the cascade from their run only.';
COMMENT ON TRIGGER performance_metrics_are_not_truncated ON btsql.performance_metrics IS 'Row triggers do not see TRUNCATE.';

COMMIT;
