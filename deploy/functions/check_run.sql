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
    'Whether a run still matches what was recorded: true when the digest computed again from its rows is the stored '
    'one, and the copies that the database keeps beside the record (in child rows and the search index) agree with it. '
    'It shows a careless change made around the triggers; it does not stop a superuser, who can write a new digest '
    'too. Not covered, because it is stored nowhere else: recorded_at of a run without metrics, and that an '
    'interrupted run was replaced. reference: see find_run and what it raises.';

COMMIT;
