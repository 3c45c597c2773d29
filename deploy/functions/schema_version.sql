-- Deploy btsql:functions/schema_version to pg
-- requires: functions/record_run
-- requires: functions/get_run
-- requires: functions/list_runs
-- requires: functions/count_runs
BEGIN;

CREATE FUNCTION btsql.schema_version()
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT 1;
END;

COMMENT ON FUNCTION btsql.schema_version() IS
    'The version number of the schema. It grows with each release that changes the schema; a client compares it with '
    'the version that it was made for.';

COMMIT;
