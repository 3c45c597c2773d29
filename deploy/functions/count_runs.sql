-- Deploy btsql:functions/count_runs to pg
-- requires: tables/backtest_run
BEGIN;

CREATE FUNCTION btsql.count_runs()
RETURNS TABLE (status text, runs bigint)
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
AS $function$
BEGIN
    RETURN QUERY
    SELECT run.status, count(*)
      FROM backtest_run AS run
     GROUP BY run.status
     ORDER BY run.status;
END;
$function$;

COMMENT ON FUNCTION btsql.count_runs() IS 'How many runs are recorded, for each status that occurs; counts.';

COMMIT;
