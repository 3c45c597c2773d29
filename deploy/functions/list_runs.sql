-- Deploy btsql:functions/list_runs to pg
-- requires: tables/backtest_run
-- requires: tables/performance_metrics
-- requires: functions/short_id
-- requires: functions/find_run
-- requires: functions/check_sort_key
-- requires: functions/criteria_of
-- requires: functions/check_limit
-- requires: functions/search_conditions
-- requires: functions/parameter_source
-- requires: types/run_summary
BEGIN;

-- The query is put together from what is asked for: one plan for everything would read every run.
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
SET max_parallel_workers_per_gather = 0
SET extra_float_digits = 1
AS $function$
DECLARE
    by_start   CONSTANT boolean := list_runs.sort_by IS NOT DISTINCT FROM 'started_at';
    order_word CONSTANT text := CASE WHEN list_runs.descending THEN 'DESC' ELSE 'ASC' END;
    beyond     CONSTANT text := CASE WHEN list_runs.descending THEN '<' ELSE '>' END;
    last_id    CONSTANT uuid := CASE WHEN list_runs.after IS NOT NULL THEN find_run(list_runs.after) END;
    conditions CONSTANT text := search_conditions(
        list_runs.strategy_name, list_runs.strategy_type, list_runs.instrument, list_runs.status, list_runs.since,
        list_runs.until, list_runs.data_since, list_runs.data_until, list_runs.parameters, list_runs.metrics,
        list_runs.tags);
    runs       CONSTANT text := parameter_source(list_runs.parameters, by_start AND list_runs.descending);
    -- What is asked of the metric that sorts leaves out the runs that do not have it.
    all_have   CONSTANT boolean := NOT by_start AND EXISTS (
        SELECT
          FROM criteria_of(list_runs.metrics) AS criterion
         WHERE criterion.name = list_runs.sort_by AND (criterion.operator <> 'exists' OR criterion.value = 'true'));
    last_value double precision;
    page       run_summary[] := ARRAY[]::run_summary[];
BEGIN
    PERFORM check_limit(list_runs.result_limit);

    IF NOT by_start THEN
        PERFORM check_sort_key(list_runs.sort_by);
        -- A recorded run does not change, so its place in the order is known from its id.
        EXECUTE format('SELECT metrics.%I FROM performance_metrics AS metrics WHERE metrics.run_id = $1', list_runs.sort_by)
           INTO last_value
          USING last_id;
    END IF;

    IF NOT by_start AND (last_id IS NULL OR last_value IS NOT NULL) THEN
        page := page_of_runs(
            'performance_metrics AS metrics JOIN ' || runs || ' ON run.run_id = metrics.run_id',
            concat_ws(' AND ', conditions,
                format('metrics.%I IS NOT NULL', list_runs.sort_by),
                'metrics.strategy_type = ' || quote_literal(list_runs.strategy_type),
                CASE WHEN last_id IS NOT NULL THEN
                    format('(metrics.%I, metrics.run_id) %s (%L, %L)', list_runs.sort_by, beyond, last_value, last_id)
                END),
            format('metrics.%1$I %2$s, metrics.run_id %2$s', list_runs.sort_by, order_word),
            list_runs.result_limit);
    END IF;

    -- All runs by their start; or, behind those that have the metric, the ones that have not, newest first.
    IF cardinality(page) < list_runs.result_limit AND NOT all_have THEN
        page := page || page_of_runs(
            runs || ' LEFT JOIN performance_metrics AS metrics ON metrics.run_id = run.run_id',
            concat_ws(' AND ', conditions,
                CASE WHEN NOT by_start THEN format('metrics.%I IS NULL', list_runs.sort_by) END,
                CASE WHEN by_start OR last_value IS NULL THEN
                    format('run.run_id %s ', CASE WHEN by_start THEN beyond ELSE '<' END) || quote_literal(last_id)
                END),
            'run.run_id ' || CASE WHEN by_start THEN order_word ELSE 'DESC' END,
            list_runs.result_limit - cardinality(page));
    END IF;

    RETURN QUERY
    SELECT shown.run_id, left(shown.short_id, width.digits), shown.started_at, shown.duration_seconds, shown.status,
           shown.strategy_type, shown.strategy_name, shown.instruments, shown.data_start, shown.data_end,
           shown.initial_capital, shown.currency, shown.total_return, shown.sharpe_ratio, shown.max_drawdown,
           shown.total_trades, shown.error_type
      FROM unnest(page) WITH ORDINALITY AS shown
     CROSS JOIN (SELECT digits
                   FROM generate_series(8, 12) AS digits
                  WHERE digits = 12
                     OR (SELECT count(DISTINCT left(one.short_id, digits)) = count(*) FROM unnest(page) AS one)
                  ORDER BY digits
                  LIMIT 1) AS width
     ORDER BY shown.ordinality;
END;
$function$;

COMMENT ON FUNCTION btsql.list_runs(
    text, text, text, text, timestamptz, timestamptz, timestamptz, timestamptz, jsonb, jsonb, text[], text, boolean,
    integer, text) IS
    'Recorded runs, at most result_limit (1 to 1000) of them. strategy_name, strategy_type, instrument, status: only runs '
    'with exactly this value. since, until: started in [since, until). data_since, data_until: with data that ends at or '
    'after the one and begins before the other. parameters: {"name": value} or {"name": {">=": 10, "<": 20}}, with = <> '
    '< <= > >=, in, exists, typed. metrics: {"sharpe_ratio": {">": 1}}, in their units. tags: runs that have all of '
    'them. sort_by: started_at or a metric, NULL always last; descending or not. after: the run_id of the last row of '
    'the page before, stable while new runs arrive. short_id has as many digits as tell the rows shown apart, at least '
    '8. Raises invalid_parameter_value, and what find_run raises for after.';

COMMIT;
