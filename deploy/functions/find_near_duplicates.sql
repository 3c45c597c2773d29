-- Deploy btsql:functions/find_near_duplicates to pg
-- requires: indexes/backtest_run_test_bed
-- requires: functions/find_duplicates
-- requires: functions/relative_difference
BEGIN;

CREATE FUNCTION btsql.find_near_duplicates(config jsonb, result_limit integer DEFAULT 20)
RETURNS SETOF btsql.duplicate_run
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    wanted_instruments text[];
    wanted_start       timestamptz;
    wanted_end         timestamptz;
    own_id             uuid;
    bed                uuid;
BEGIN
    PERFORM check_limit(find_near_duplicates.result_limit);
    PERFORM check_identity(find_near_duplicates.config);
    wanted_instruments := ARRAY(SELECT jsonb_array_elements_text(config -> 'instruments'));
    wanted_start := time_of(config, 'data_start');
    wanted_end := time_of(config, 'data_end');
    own_id := run_id_of(config, 'run_id');
    bed := test_bed(config ->> 'strategy_path', wanted_instruments, wanted_start, wanted_end);
    RETURN QUERY
    -- OFFSET 0 has the key find the rows, in their order: the planner takes the other conditions for rarer than they are.
    WITH candidate AS MATERIALIZED (
        SELECT same.run_id, same.started_at, same.parameters
          FROM (SELECT run.run_id, run.started_at, run.parameters, run.strategy_path, run.instruments, run.data_start,
                       run.data_end
                  FROM backtest_run AS run
                 WHERE test_bed(run.strategy_path, run.instruments, run.data_start, run.data_end) = bed
                   AND run.status = 'success'
                 ORDER BY run.run_id DESC
                OFFSET 0) AS same
         WHERE same.strategy_path = config ->> 'strategy_path'
           AND same.data_start = wanted_start
           AND same.data_end = wanted_end
           AND same.instruments @> wanted_instruments
           AND same.instruments <@ wanted_instruments
           AND same.run_id IS DISTINCT FROM own_id
         ORDER BY same.run_id DESC
         LIMIT 200),
    wanted AS MATERIALIZED (
        SELECT parameter.key, parameter.value
          FROM jsonb_each(config -> 'parameters') AS parameter),
    difference AS (
        SELECT candidate.run_id, wanted.value AS wanted, recorded.value AS recorded
          FROM candidate
         CROSS JOIN jsonb_each(candidate.parameters) AS recorded
          LEFT JOIN wanted ON wanted.key = recorded.key
         WHERE wanted.value IS DISTINCT FROM recorded.value
         UNION ALL
        SELECT candidate.run_id, wanted.value, NULL
          FROM candidate
          JOIN wanted ON NOT candidate.parameters ? wanted.key),
    nearest AS (
        SELECT difference.run_id, count(*) AS differing,
               sum(relative_difference(difference.wanted, difference.recorded)) AS distance
          FROM difference
         GROUP BY difference.run_id
         ORDER BY differing, distance, difference.run_id DESC
         LIMIT find_near_duplicates.result_limit),
    told AS MATERIALIZED (
        SELECT nearest.run_id, nearest.differing, nearest.distance, candidate.started_at, candidate.parameters
          FROM nearest
          JOIN candidate ON candidate.run_id = nearest.run_id)
    SELECT told.run_id, short_id(told.run_id), told.started_at, metrics.total_return, metrics.sharpe_ratio,
           metrics.max_drawdown, json_differences(config -> 'parameters', told.parameters)
      FROM told
      JOIN performance_metrics AS metrics ON metrics.run_id = told.run_id
     ORDER BY told.differing, told.distance, told.run_id DESC;
END;
$function$;

COMMENT ON FUNCTION btsql.find_near_duplicates(jsonb, integer) IS
    'Successful runs of the same strategy on the same instruments and dates with some other parameters, nearest first: '
    'fewest that differ, then the smallest relative difference, then newest. differences names the parameters that '
    'differ and both values. Looks at the newest 200 such runs. config: see find_duplicates, and what it raises.';

COMMIT;
