-- Deploy btsql:triggers/rejected_metric to pg
-- requires: tables/rejected_metric
-- requires: functions/stamp_recorded_at
-- requires: functions/refuse_change
-- requires: functions/refuse_direct_delete
BEGIN;

CREATE TRIGGER rejected_metric_is_stamped
    BEFORE INSERT ON btsql.rejected_metric
    FOR EACH ROW EXECUTE FUNCTION btsql.stamp_recorded_at();

CREATE TRIGGER rejected_metric_is_immutable
    BEFORE UPDATE ON btsql.rejected_metric
    FOR EACH ROW EXECUTE FUNCTION btsql.refuse_change();

CREATE TRIGGER rejected_metric_is_deleted_with_the_run
    BEFORE DELETE ON btsql.rejected_metric
    FOR EACH ROW EXECUTE FUNCTION btsql.refuse_direct_delete();

CREATE TRIGGER rejected_metric_is_not_truncated
    BEFORE TRUNCATE ON btsql.rejected_metric
    FOR EACH STATEMENT EXECUTE FUNCTION btsql.refuse_change();

COMMENT ON TRIGGER rejected_metric_is_stamped ON btsql.rejected_metric IS
    'Sets recorded_at to the time of the transaction, so the row fits only a run of the same transaction.';
COMMENT ON TRIGGER rejected_metric_is_immutable ON btsql.rejected_metric IS 'A recorded row is never updated.';
COMMENT ON TRIGGER rejected_metric_is_deleted_with_the_run ON btsql.rejected_metric IS
    'The rows can only be deleted together with their run, by its cascade.';
COMMENT ON TRIGGER rejected_metric_is_not_truncated ON btsql.rejected_metric IS
    'Refuses TRUNCATE, which row triggers do not see.';

COMMIT;
