-- Revert btsql:triggers/run_annotation from pg
BEGIN;

DROP TRIGGER run_annotation_is_not_truncated ON btsql.run_annotation;
DROP TRIGGER run_annotation_is_deleted_with_the_run ON btsql.run_annotation;
DROP TRIGGER run_annotation_is_immutable ON btsql.run_annotation;

COMMIT;
