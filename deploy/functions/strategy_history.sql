-- Deploy btsql:functions/strategy_history to pg
-- requires: indexes/backtest_run_strategy_type
-- requires: functions/matching_runs
-- requires: functions/check_limit
-- requires: functions/json_differences
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
SET extra_float_digits = 1
AS $function$
DECLARE
    wanted_type text;
    wanted_name text := strategy_history.strategy_name;
    listed      uuid[];
    earlier     uuid[];
BEGIN
    PERFORM check_limit(strategy_history.result_limit);
    IF strategy_history.strategy IS NULL THEN
        RAISE EXCEPTION 'strategy is NULL'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Name a type, such as sma_crossover, or a label.';
    END IF;
    -- Ordered, so that the index is used: with EXISTS the planner reads the table until it finds a frequent type.
    wanted_type := (SELECT run.strategy_type
                      FROM backtest_run AS run
                     WHERE run.strategy_type = strategy_history.strategy
                     ORDER BY run.run_id DESC
                     LIMIT 1);
    IF wanted_type IS NULL AND strategy_history.strategy_name <> strategy_history.strategy THEN
        RETURN;
    ELSIF wanted_type IS NULL THEN
        wanted_name := strategy_history.strategy;
    END IF;

    listed := matching_runs(
        wanted_name, wanted_type, strategy_history.instrument, NULL, strategy_history.since, strategy_history.until,
        NULL, NULL, NULL, NULL, NULL, 'started_at', true, strategy_history.result_limit, NULL, only_measured => false);
    IF cardinality(listed) = 0 THEN
        RETURN;
    END IF;
    -- The oldest run shown is compared with the success before it.
    earlier := matching_runs(
        wanted_name, wanted_type, strategy_history.instrument, 'success', strategy_history.since, NULL,
        NULL, NULL, NULL, NULL, NULL, 'started_at', true, 1, listed[cardinality(listed)]::text, only_measured => false);

    RETURN QUERY
    WITH measured AS (
        SELECT run.run_id, run.started_at, run.strategy_type, run.strategy_name, run.status, run.instruments,
               run.data_start, run.data_end, run.parameters, metrics.total_return, metrics.sharpe_ratio,
               metrics.max_drawdown, to_jsonb(metrics) - '{run_id,strategy_type,status,recorded_at}'::text[] AS metrics,
               count(*) FILTER (WHERE run.status = 'success')
                   OVER (ORDER BY run.run_id ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW) AS successes_before
          FROM unnest(listed || earlier) AS found (run_id)
          JOIN backtest_run AS run ON run.run_id = found.run_id
          LEFT JOIN performance_metrics AS metrics ON metrics.run_id = run.run_id),
    -- Runs with the same number of successes before them share the same baseline: the last run of the group before.
    told AS (
        SELECT measured.run_id, measured.started_at, measured.strategy_type, measured.strategy_name, measured.status,
               measured.instruments, measured.data_start, measured.data_end, measured.parameters,
               measured.total_return, measured.sharpe_ratio, measured.max_drawdown, measured.metrics,
               (array_agg(measured.parameters) FILTER (WHERE measured.status = 'success') OVER group_before)[1]
                   AS success_parameters,
               (array_agg(measured.metrics) FILTER (WHERE measured.status = 'success') OVER group_before)[1]
                   AS success_metrics
          FROM measured
        WINDOW group_before AS (ORDER BY measured.successes_before GROUPS BETWEEN 1 PRECEDING AND 1 PRECEDING))
    SELECT told.run_id, short_id(told.run_id), told.started_at, told.strategy_type, told.strategy_name, told.status,
           told.instruments, told.data_start, told.data_end,
           (SELECT coalesce(jsonb_object_agg(changed.key, (
                       SELECT jsonb_object_agg(CASE side.key WHEN 'wanted' THEN 'before' ELSE 'now' END, side.value)
                         FROM jsonb_each(changed.value) AS side)), '{}')
              FROM jsonb_each(json_differences(told.success_parameters, told.parameters)) AS changed),
           told.total_return, told.sharpe_ratio, told.max_drawdown,
           (SELECT coalesce(jsonb_object_agg(now.key, trim_scale(
                       now.value::numeric - (told.success_metrics -> now.key)::numeric)), '{}')
              FROM jsonb_each(told.metrics) AS now
             WHERE now.value <> 'null' AND told.success_metrics -> now.key <> 'null'),
           told.metrics
      FROM told
     WHERE NOT told.run_id = ANY (earlier)
     ORDER BY told.run_id;
END;
$function$;

COMMENT ON FUNCTION btsql.strategy_history(text, text, text, timestamptz, timestamptz, integer) IS
    'The newest result_limit (1 to 1000) runs of a strategy, oldest first: for each, the parameters that changed since '
    'the previous success and the change of each metric. A failure shows its changed parameters, but is never used as '
    'the baseline. strategy: a strategy type or, where no run has such a type, a label (strategy_name), with the runs '
    'of every type that have this label. strategy_name, instrument, since, until: filters as in list_runs; a run that '
    'they leave out is not a baseline either. Raises invalid_parameter_value.';

COMMIT;
