-- Deploy btsql:functions/list_runs to pg
-- requires: tables/backtest_run
-- requires: tables/performance_metrics
-- requires: functions/short_id
-- requires: types/run_summary
BEGIN;

-- The query is put together from the filters that were given: one plan for all of them would read every run.
CREATE FUNCTION btsql.list_runs(
    strategy_name text DEFAULT NULL,
    strategy_type text DEFAULT NULL,
    instrument    text DEFAULT NULL,
    status        text DEFAULT NULL,
    since         timestamptz DEFAULT NULL,
    until         timestamptz DEFAULT NULL,
    result_limit  integer DEFAULT 20)
RETURNS SETOF btsql.run_summary
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    conditions CONSTANT text := concat_ws(' AND ',
        'true',
        CASE WHEN list_runs.strategy_name IS NOT NULL THEN 'run.strategy_name = $1' END,
        CASE WHEN list_runs.strategy_type IS NOT NULL THEN 'run.strategy_type = $2' END,
        CASE WHEN list_runs.instrument IS NOT NULL THEN 'run.instruments @> ARRAY[$3]' END,
        CASE WHEN list_runs.status IS NOT NULL THEN 'run.status = $4' END,
        CASE WHEN list_runs.since IS NOT NULL THEN 'run.started_at >= $5' END,
        CASE WHEN list_runs.until IS NOT NULL THEN 'run.started_at < $6' END);
BEGIN
    IF list_runs.result_limit IS NULL OR list_runs.result_limit NOT BETWEEN 1 AND 1000 THEN
        RAISE EXCEPTION 'result_limit is %, not 1 to 1000', coalesce(list_runs.result_limit::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Narrow the filters to see other runs.';
    ELSIF list_runs.status NOT IN ('success', 'failure', 'interrupted') THEN
        RAISE EXCEPTION 'status is "%", not success, failure or interrupted', left(list_runs.status, 100)
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    RETURN QUERY EXECUTE format($query$
        WITH page AS (
            SELECT run.run_id, short_id(run.run_id) AS last_group, run.started_at, run.duration_seconds, run.status,
                   run.strategy_type, run.strategy_name, run.instruments, run.data_start, run.data_end,
                   run.initial_capital, run.currency, run.error_type
              FROM backtest_run AS run
             WHERE %s
             ORDER BY run.run_id DESC
             LIMIT $7),
        width AS (
            SELECT min(digits) AS digits
              FROM generate_series(8, 12) AS digits
             WHERE (SELECT count(DISTINCT left(page.last_group, digits)) = count(*) FROM page))
        SELECT page.run_id, left(page.last_group, coalesce(width.digits, 12)), page.started_at, page.duration_seconds,
               page.status, page.strategy_type, page.strategy_name, page.instruments, page.data_start, page.data_end,
               page.initial_capital, page.currency, metrics.total_return, metrics.sharpe_ratio, metrics.max_drawdown,
               metrics.total_trades, page.error_type
          FROM page
         CROSS JOIN width
          LEFT JOIN performance_metrics AS metrics ON metrics.run_id = page.run_id
         ORDER BY page.run_id DESC
        $query$, conditions)
    USING list_runs.strategy_name, list_runs.strategy_type, list_runs.instrument, list_runs.status,
          list_runs.since, list_runs.until, list_runs.result_limit;
END;
$function$;

COMMENT ON FUNCTION btsql.list_runs(text, text, text, text, timestamptz, timestamptz, integer) IS
    'Recorded runs, newest first, at most result_limit (1 to 1000) of them. strategy_name, strategy_type, instrument, '
    'status: only runs with exactly this value; since, until: only runs started in [since, until). short_id has as many '
    'digits of the id''s last group as tell the rows shown apart, at least 8. total_return and max_drawdown are '
    'fractions. Raises invalid_parameter_value.';

COMMIT;
