-- Deploy btsql:triggers/run_in_progress to pg
-- requires: tables/run_in_progress
-- requires: functions/stamp_recorded_at
-- requires: functions/refuse_change
BEGIN;

CREATE TRIGGER run_in_progress_is_stamped
    BEFORE INSERT ON btsql.run_in_progress
    FOR EACH ROW EXECUTE FUNCTION btsql.stamp_recorded_at();

CREATE TRIGGER run_in_progress_is_immutable
    BEFORE UPDATE ON btsql.run_in_progress
    FOR EACH ROW EXECUTE FUNCTION btsql.refuse_change();

CREATE TRIGGER run_in_progress_is_not_truncated
    BEFORE TRUNCATE ON btsql.run_in_progress
    FOR EACH STATEMENT EXECUTE FUNCTION btsql.refuse_change();

COMMENT ON TRIGGER run_in_progress_is_stamped ON btsql.run_in_progress IS
    'Sets recorded_at to the time of the transaction.';
COMMENT ON TRIGGER run_in_progress_is_immutable ON btsql.run_in_progress IS 'A start record is never updated.';
COMMENT ON TRIGGER run_in_progress_is_not_truncated ON btsql.run_in_progress IS
    'Refuses TRUNCATE, which row triggers do not see.';

COMMIT;
