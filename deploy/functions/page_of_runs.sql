-- Deploy btsql:functions/page_of_runs to pg
-- requires: tables/backtest_run
-- requires: tables/performance_metrics
-- requires: functions/short_id
-- requires: types/run_summary
BEGIN;

-- Without sequential scans: how many runs fulfil a condition on their parameters, the planner can only guess, and when it
-- guesses few it would read and sort them all instead of walking an index in order until the page is full.
CREATE FUNCTION btsql.page_of_runs(source text, conditions text, ordering text, result_limit integer)
RETURNS btsql.run_summary[]
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
SET enable_seqscan = off
AS $function$
DECLARE
    page run_summary[];
BEGIN
    EXECUTE format($query$
        SELECT coalesce(array_agg(page.summary), '{}')
          FROM (SELECT ROW(run.run_id, short_id(run.run_id), run.started_at, run.duration_seconds, run.status,
                           run.strategy_type, run.strategy_name, run.instruments, run.data_start, run.data_end,
                           run.initial_capital, run.currency, metrics.total_return, metrics.sharpe_ratio,
                           metrics.max_drawdown, metrics.total_trades, run.error_type)::run_summary AS summary
                  FROM %s
                 WHERE %s
                 ORDER BY %s
                 LIMIT %s) AS page
        $query$, source, conditions, ordering, result_limit)
       INTO page;
    RETURN page;
END;
$function$;

COMMENT ON FUNCTION btsql.page_of_runs(text, text, text, integer) IS
    'Runs one query that list_runs() has put together, from SQL text of its own making: what to read (run, metrics), '
    'under which condition, in which order, and how many rows. Never give it text from elsewhere.';

COMMIT;
