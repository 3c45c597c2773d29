-- Deploy btsql:functions/check_run to pg
-- requires: functions/changed_runs
-- requires: functions/find_run
BEGIN;

CREATE FUNCTION btsql.check_run(reference text)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    found_id CONSTANT uuid := find_run(check_run.reference);
BEGIN
    RETURN NOT EXISTS (SELECT FROM changed_runs(found_id, found_id));
END;
$function$;

COMMENT ON FUNCTION btsql.check_run(text) IS
    'Whether a run is still what was recorded: true when the digest recomputed from its rows is the one stored with it, '
    'and what the database keeps beside the record (copies in child rows, search index) agrees with it. It shows a '
    'careless change behind the triggers'' back; it does not stop a superuser, who can write the digest too. What only the '
    'row itself knows is not covered: recorded_at of a run without metrics, and that an interrupted run was replaced. '
    'reference: see find_run and what it raises.';

COMMIT;
