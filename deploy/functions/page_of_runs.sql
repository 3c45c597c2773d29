-- Deploy btsql:functions/page_of_runs to pg
-- requires: tables/backtest_run
-- requires: tables/performance_metrics
BEGIN;

-- Without sequential scans: how many runs fulfil a condition on their parameters, the planner can only guess, and when it
-- guesses few it would read and sort them all instead of walking an index in order until the page is full.
CREATE FUNCTION btsql.page_of_runs(source text, conditions text, ordering text, result_limit integer)
RETURNS uuid[]
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
SET enable_seqscan = off
AS $function$
DECLARE
    page uuid[];
BEGIN
    EXECUTE format('SELECT ARRAY(SELECT run.run_id FROM %s WHERE %s ORDER BY %s LIMIT %s)',
                   source, conditions, ordering, result_limit)
       INTO page;
    RETURN page;
END;
$function$;

COMMENT ON FUNCTION btsql.page_of_runs(text, text, text, integer) IS
    'The ids of one page of runs, in order, from SQL text that matching_runs() has built: what to read (run, metrics), '
    'under which condition, in which order, and how many. Never pass it text from elsewhere.';

COMMIT;
