-- Deploy btsql:functions/check_runs to pg
-- requires: functions/changed_runs
BEGIN;

CREATE FUNCTION btsql.check_runs()
RETURNS TABLE (run_id uuid, started_at timestamptz, recorded_at timestamptz)
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
AS $function$
BEGIN
    RETURN QUERY
    SELECT changed.run_id, changed.started_at, changed.recorded_at
      FROM changed_runs('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff') AS changed;
END;
$function$;

COMMENT ON FUNCTION btsql.check_runs() IS
    'The runs that no longer match what was recorded (see check_run), newest first; no rows when all match. Reads '
    'every run.';

COMMIT;
