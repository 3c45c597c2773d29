-- Deploy btsql:functions/strategy_history to pg
-- requires: indexes/backtest_run_strategy_type
-- requires: functions/json_differences
-- requires: functions/metric_definition
-- requires: functions/check_limit
-- requires: types/history_run
BEGIN;

CREATE FUNCTION btsql.strategy_history(
    strategy_type text,
    strategy_name text DEFAULT NULL,
    instrument    text DEFAULT NULL,
    since         timestamptz DEFAULT NULL,
    until         timestamptz DEFAULT NULL,
    result_limit  integer DEFAULT 100)
RETURNS SETOF btsql.history_run
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
SET max_parallel_workers_per_gather = 0
SET extra_float_digits = 1
AS $function$
BEGIN
    PERFORM check_limit(strategy_history.result_limit);
    IF strategy_history.strategy_type IS NULL THEN
        RAISE EXCEPTION 'strategy_type is NULL'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Name the strategy type, such as sma_crossover.';
    END IF;

    -- One more than is shown: the oldest one shown has a run before it too.
    RETURN QUERY
    SELECT told.run_id, short_id(told.run_id), told.started_at, told.status, told.instruments, told.data_start,
           told.data_end,
           (SELECT coalesce(jsonb_object_agg(changed.key, (
                       SELECT jsonb_object_agg(CASE side.key WHEN 'wanted' THEN 'before' ELSE 'now' END, side.value)
                         FROM jsonb_each(changed.value) AS side)), '{}')
              FROM jsonb_each(json_differences(told.parameters_before, told.parameters)) AS changed),
           told.total_return, told.sharpe_ratio, told.max_drawdown,
           (SELECT coalesce(jsonb_object_agg(defined.metric,
                       trim_scale((told.measured ->> defined.metric)::numeric
                                  - (told.measured_before ->> defined.metric)::numeric)), '{}')
              FROM metric_definition() AS defined
             WHERE told.measured ->> defined.metric IS NOT NULL
               AND told.measured_before ->> defined.metric IS NOT NULL)
      FROM (SELECT listed.run_id, listed.started_at, listed.status, listed.instruments, listed.data_start,
                   listed.data_end, listed.parameters, metrics.total_return, metrics.sharpe_ratio, metrics.max_drawdown,
                   lag(listed.parameters) OVER by_start AS parameters_before,
                   to_jsonb(metrics) AS measured,
                   lag(to_jsonb(metrics)) OVER by_start AS measured_before,
                   row_number() OVER (ORDER BY listed.run_id DESC) AS age
              FROM (SELECT run.run_id, run.started_at, run.status, run.instruments, run.data_start, run.data_end,
                           run.parameters
                      FROM backtest_run AS run
                     WHERE run.strategy_type = strategy_history.strategy_type
                       AND (strategy_history.strategy_name IS NULL OR run.strategy_name = strategy_history.strategy_name)
                       AND (strategy_history.instrument IS NULL OR run.instruments @> ARRAY[strategy_history.instrument])
                       AND run.started_at >= coalesce(strategy_history.since, '-infinity')
                       AND run.started_at < coalesce(strategy_history.until, 'infinity')
                     ORDER BY run.run_id DESC
                     LIMIT strategy_history.result_limit + 1) AS listed
              LEFT JOIN performance_metrics AS metrics ON metrics.run_id = listed.run_id
            WINDOW by_start AS (ORDER BY listed.run_id)) AS told
     WHERE told.age <= strategy_history.result_limit
     ORDER BY told.run_id;
END;
$function$;

COMMENT ON FUNCTION btsql.strategy_history(text, text, text, timestamptz, timestamptz, integer) IS
    'The runs of one strategy type, oldest first, the newest result_limit (1 to 1000) of them: with each the parameters '
    'that changed since the run before, and by how much each metric did. strategy_name, instrument, since, until: as in '
    'list_runs. Raises invalid_parameter_value.';

COMMIT;
