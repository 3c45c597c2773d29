-- Revert btsql:triggers/run_parameter from pg
BEGIN;

DROP TRIGGER run_parameter_is_not_truncated ON btsql.run_parameter;
DROP TRIGGER run_parameter_is_deleted_with_the_run ON btsql.run_parameter;
DROP TRIGGER run_parameter_is_immutable ON btsql.run_parameter;

COMMIT;
