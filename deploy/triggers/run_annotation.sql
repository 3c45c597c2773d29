-- Deploy btsql:triggers/run_annotation to pg
-- requires: tables/run_annotation
-- requires: functions/refuse_change
-- requires: functions/refuse_direct_delete
BEGIN;

CREATE TRIGGER run_annotation_is_immutable
    BEFORE UPDATE ON btsql.run_annotation
    FOR EACH ROW EXECUTE FUNCTION btsql.refuse_change();

CREATE TRIGGER run_annotation_is_deleted_with_the_run
    BEFORE DELETE ON btsql.run_annotation
    FOR EACH ROW EXECUTE FUNCTION btsql.refuse_direct_delete();

CREATE TRIGGER run_annotation_is_not_truncated
    BEFORE TRUNCATE ON btsql.run_annotation
    FOR EACH STATEMENT EXECUTE FUNCTION btsql.refuse_change();

COMMENT ON TRIGGER run_annotation_is_immutable ON btsql.run_annotation IS 'Notes and tags are never updated.';
COMMENT ON TRIGGER run_annotation_is_deleted_with_the_run ON btsql.run_annotation IS
    'The rows can only be deleted together with their run, by its cascade.';
COMMENT ON TRIGGER run_annotation_is_not_truncated ON btsql.run_annotation IS
    'Refuses TRUNCATE, which row triggers do not see.';

COMMIT;
