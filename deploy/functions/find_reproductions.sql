-- Deploy btsql:functions/find_reproductions to pg
-- requires: indexes/backtest_run_origin
-- requires: functions/find_run
-- requires: functions/check_limit
-- requires: functions/short_id
BEGIN;

CREATE FUNCTION btsql.find_reproductions(reference text, result_limit integer DEFAULT 20)
RETURNS TABLE (run_id uuid, short_id text, started_at timestamptz, status text, changes jsonb)
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    found_id CONSTANT uuid := find_run(find_reproductions.reference);
BEGIN
    PERFORM check_limit(find_reproductions.result_limit);
    RETURN QUERY
    SELECT run.run_id, btsql.short_id(run.run_id), run.started_at, run.status, run.changes
      FROM backtest_run AS run
     WHERE run.origin_run_id = found_id
     ORDER BY run.run_id DESC
     LIMIT find_reproductions.result_limit;
END;
$function$;

COMMENT ON FUNCTION btsql.find_reproductions(text, integer) IS
    'The runs that directly reproduce or vary a run (a variation has what was changed), newest first; reproductions of '
    'these are not listed. reference: see find_run and what it raises. Raises invalid_parameter_value for a limit '
    'outside 1 to 1000.';

COMMIT;
