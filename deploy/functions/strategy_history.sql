-- Deploy btsql:functions/strategy_history to pg
-- requires: indexes/backtest_run_strategy_type
-- requires: indexes/backtest_run_strategy_name
-- requires: functions/json_differences
-- requires: functions/metric_definition
-- requires: functions/check_limit
-- requires: types/history_run
BEGIN;

CREATE FUNCTION btsql.strategy_history(
    strategy      text,
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
SET plan_cache_mode = force_custom_plan
AS $function$
DECLARE
    wanted_type text;
    wanted_name text;
BEGIN
    PERFORM check_limit(strategy_history.result_limit);
    IF strategy_history.strategy IS NULL THEN
        RAISE EXCEPTION 'strategy is NULL'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Name a type, such as sma_crossover, or a label.';
    END IF;
    -- Ordered, so that the index is read: with EXISTS the planner reads the table until it meets a frequent type.
    wanted_type := (SELECT run.strategy_type
                      FROM backtest_run AS run
                     WHERE run.strategy_type = strategy_history.strategy
                     ORDER BY run.run_id DESC
                     LIMIT 1);
    IF wanted_type IS NULL THEN
        wanted_name := strategy_history.strategy;
    END IF;

    -- The success before the oldest one shown is what that one is compared with.
    RETURN QUERY
    WITH listed AS MATERIALIZED (
        SELECT run.run_id, run.started_at, run.strategy_type, run.strategy_name, run.status, run.instruments,
               run.data_start, run.data_end, run.parameters, true AS is_shown
          FROM backtest_run AS run
         WHERE (wanted_type IS NULL OR run.strategy_type = wanted_type)
           AND (wanted_name IS NULL OR run.strategy_name = wanted_name)
           AND (strategy_history.strategy_name IS NULL OR run.strategy_name = strategy_history.strategy_name)
           AND (strategy_history.instrument IS NULL OR run.instruments @> ARRAY[strategy_history.instrument])
           AND run.started_at >= coalesce(strategy_history.since, '-infinity')
           AND run.started_at < coalesce(strategy_history.until, 'infinity')
         ORDER BY run.run_id DESC
         LIMIT strategy_history.result_limit),
    earlier AS (
        SELECT run.run_id, run.started_at, run.strategy_type, run.strategy_name, run.status, run.instruments,
               run.data_start, run.data_end, run.parameters, false AS is_shown
          FROM backtest_run AS run
         WHERE (wanted_type IS NULL OR run.strategy_type = wanted_type)
           AND (wanted_name IS NULL OR run.strategy_name = wanted_name)
           AND (strategy_history.strategy_name IS NULL OR run.strategy_name = strategy_history.strategy_name)
           AND (strategy_history.instrument IS NULL OR run.instruments @> ARRAY[strategy_history.instrument])
           AND run.started_at >= coalesce(strategy_history.since, '-infinity')
           AND run.run_id < (SELECT listed.run_id FROM listed ORDER BY listed.run_id LIMIT 1)
           AND run.status = 'success'
         ORDER BY run.run_id DESC
         LIMIT 1),
    measured AS (
        SELECT run.run_id, run.started_at, run.strategy_type, run.strategy_name, run.status, run.instruments,
               run.data_start, run.data_end, run.parameters, run.is_shown, metrics.total_return, metrics.sharpe_ratio,
               metrics.max_drawdown, to_jsonb(metrics) - '{run_id,strategy_type,status,recorded_at}'::text[] AS metrics,
               count(*) FILTER (WHERE run.status = 'success')
                   OVER (ORDER BY run.run_id ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW) AS successes_before
          FROM (SELECT one.run_id, one.started_at, one.strategy_type, one.strategy_name, one.status, one.instruments,
                       one.data_start, one.data_end, one.parameters, one.is_shown
                  FROM earlier AS one
                 UNION ALL
                SELECT one.run_id, one.started_at, one.strategy_type, one.strategy_name, one.status, one.instruments,
                       one.data_start, one.data_end, one.parameters, one.is_shown
                  FROM listed AS one) AS run
          LEFT JOIN performance_metrics AS metrics ON metrics.run_id = run.run_id)
    SELECT told.run_id, short_id(told.run_id), told.started_at, told.strategy_type, told.strategy_name, told.status,
           told.instruments, told.data_start, told.data_end,
           (SELECT coalesce(jsonb_object_agg(changed.key, (
                       SELECT jsonb_object_agg(CASE side.key WHEN 'wanted' THEN 'before' ELSE 'now' END, side.value)
                         FROM jsonb_each(changed.value) AS side)), '{}')
              FROM jsonb_each(json_differences(success.parameters, told.parameters)) AS changed),
           told.total_return, told.sharpe_ratio, told.max_drawdown,
           (SELECT coalesce(jsonb_object_agg(defined.metric,
                       trim_scale((told.metrics ->> defined.metric)::numeric
                                  - (success.metrics ->> defined.metric)::numeric)), '{}')
              FROM metric_definition() AS defined
             WHERE told.metrics ->> defined.metric IS NOT NULL
               AND success.metrics ->> defined.metric IS NOT NULL),
           told.metrics
      FROM measured AS told
      LEFT JOIN measured AS success
             ON success.status = 'success' AND success.successes_before = told.successes_before - 1
     WHERE told.is_shown
     ORDER BY told.run_id;
END;
$function$;

COMMENT ON FUNCTION btsql.strategy_history(text, text, text, timestamptz, timestamptz, integer) IS
    'The runs of a strategy, oldest first, the newest result_limit (1 to 1000) of them: with each the parameters that '
    'changed since the success before it, and by how much each metric did; a failure is told what it changed, and is '
    'nothing to compare with. strategy: a strategy type, or where no run is of such a type, a label (strategy_name), '
    'with the runs of every type that have it. strategy_name, instrument, since, until: as in list_runs; they choose '
    'what is compared, too. Raises invalid_parameter_value.';

COMMIT;
