-- Deploy btsql:functions/list_runs to pg
-- requires: functions/matching_runs
-- requires: functions/short_id_digits
-- requires: types/run_summary
BEGIN;

CREATE FUNCTION btsql.list_runs(
    strategy_name text DEFAULT NULL,
    strategy_type text DEFAULT NULL,
    instrument    text DEFAULT NULL,
    status        text DEFAULT NULL,
    since         timestamptz DEFAULT NULL,
    until         timestamptz DEFAULT NULL,
    data_since    timestamptz DEFAULT NULL,
    data_until    timestamptz DEFAULT NULL,
    parameters    jsonb DEFAULT NULL,
    metrics       jsonb DEFAULT NULL,
    tags          text[] DEFAULT NULL,
    sort_by       text DEFAULT 'started_at',
    descending    boolean DEFAULT true,
    result_limit  integer DEFAULT 20,
    after         text DEFAULT NULL)
RETURNS SETOF btsql.run_summary
LANGUAGE plpgsql STABLE
ROWS 20
SET search_path = btsql, pg_temp
SET extra_float_digits = 1
AS $function$
DECLARE
    page   CONSTANT uuid[] := matching_runs(
        list_runs.strategy_name, list_runs.strategy_type, list_runs.instrument, list_runs.status, list_runs.since,
        list_runs.until, list_runs.data_since, list_runs.data_until, list_runs.parameters, list_runs.metrics,
        list_runs.tags, list_runs.sort_by, list_runs.descending, list_runs.result_limit, list_runs.after,
        only_measured => false);
    digits CONSTANT integer := short_id_digits(page);
BEGIN
    RETURN QUERY
    SELECT run.run_id, left(short_id(run.run_id), digits), run.started_at, run.duration_seconds, run.status,
           run.strategy_type, run.strategy_name, run.instruments, run.data_start, run.data_end, run.initial_capital,
           run.currency, measured.total_return, measured.sharpe_ratio, measured.max_drawdown, measured.total_trades,
           run.error_type, run.parameters,
           CASE WHEN list_runs.sort_by <> 'started_at'
                THEN (to_jsonb(measured) ->> list_runs.sort_by)::double precision END
      FROM unnest(page) WITH ORDINALITY AS listed (run_id, place)
      JOIN backtest_run AS run ON run.run_id = listed.run_id
      LEFT JOIN performance_metrics AS measured ON measured.run_id = run.run_id
     ORDER BY listed.place;
END;
$function$;

COMMENT ON FUNCTION btsql.list_runs(
    text, text, text, text, timestamptz, timestamptz, timestamptz, timestamptz, jsonb, jsonb, text[], text, boolean,
    integer, text) IS
    'Recorded runs, at most result_limit (1 to 1000) of them. strategy_name, strategy_type, instrument, status: only '
    'runs with exactly this value. since, until: started in [since, until). data_since, data_until: runs whose data '
    'ends at or after data_since and begins before data_until. parameters: {"name": value} or {"name": {">=": 10, "<": '
    '20}}, with = <> < <= > >=, in, exists; numbers compare with numbers, texts with texts. metrics: {"sharpe_ratio": '
    '{">": 1}}, in their units. tags: runs that have all of these tags. sort_by: started_at or a metric, which is then '
    'the sort_value; descending or not, NULL is always last. after: the run_id of the last row of the previous page; '
    'new runs do not shift the pages. short_id has as many digits as are needed to tell the rows apart, at least 8. '
    'Raises invalid_parameter_value, and what find_run raises for after.';

COMMIT;
