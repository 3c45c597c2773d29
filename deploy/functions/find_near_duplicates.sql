-- Deploy btsql:functions/find_near_duplicates to pg
-- requires: indexes/backtest_run_test_bed
-- requires: functions/find_duplicates
-- requires: functions/relative_difference
BEGIN;

CREATE FUNCTION btsql.find_near_duplicates(config jsonb, result_limit integer DEFAULT 20)
RETURNS SETOF btsql.duplicate_run
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
SET enable_bitmapscan = off
AS $function$
DECLARE
    wanted             CONSTANT jsonb := find_near_duplicates.config -> 'parameters';
    wanted_names       text[];
    wanted_instruments text[];
    wanted_start       timestamptz;
    wanted_end         timestamptz;
    own_id             uuid;
    bed                uuid;
BEGIN
    PERFORM check_limit(find_near_duplicates.result_limit);
    PERFORM check_identity(find_near_duplicates.config);
    wanted_names := ARRAY(SELECT jsonb_object_keys(wanted));
    wanted_instruments := ARRAY(SELECT jsonb_array_elements_text(config -> 'instruments'));
    wanted_start := time_of(config, 'data_start');
    wanted_end := time_of(config, 'data_end');
    own_id := run_id_of(config, 'run_id');
    bed := test_bed(config ->> 'strategy_path', wanted_instruments, wanted_start, wanted_end);
    RETURN QUERY
    -- Read in the order of the index, up to its limit: a bitmap scan would read every run of the test bed first.
    WITH candidate AS MATERIALIZED (
        SELECT run.run_id, run.started_at, run.parameters
          FROM backtest_run AS run
         WHERE test_bed(run.strategy_path, run.instruments, run.data_start, run.data_end) = bed
           AND run.status = 'success'
           AND run.strategy_path = config ->> 'strategy_path'
           AND run.data_start = wanted_start
           AND run.data_end = wanted_end
           AND run.instruments @> wanted_instruments
           AND run.instruments <@ wanted_instruments
           AND run.run_id IS DISTINCT FROM own_id
           AND run.parameters <> wanted
         ORDER BY run.run_id DESC
         LIMIT greatest(find_near_duplicates.result_limit, 300)),
    difference AS (
        SELECT candidate.run_id, asked.value AS wanted, candidate.parameters -> asked.key AS recorded
          FROM candidate
         CROSS JOIN jsonb_each(wanted) AS asked
         WHERE candidate.parameters -> asked.key IS DISTINCT FROM asked.value
         UNION ALL
        SELECT candidate.run_id, NULL, added.value
          FROM candidate
         CROSS JOIN jsonb_each(candidate.parameters - wanted_names) AS added),
    nearest AS (
        SELECT difference.run_id, count(*) AS differing,
               sum(relative_difference(difference.wanted, difference.recorded)) AS distance
          FROM difference
         GROUP BY difference.run_id
         ORDER BY differing, distance, difference.run_id DESC
         LIMIT find_near_duplicates.result_limit),
    -- Limit first, so that metrics are read only for the rows returned.
    told AS MATERIALIZED (
        SELECT candidate.run_id, candidate.started_at, candidate.parameters, nearest.differing, nearest.distance
          FROM nearest
          JOIN candidate ON candidate.run_id = nearest.run_id)
    SELECT told.run_id, short_id(told.run_id), told.started_at, metrics.total_return, metrics.sharpe_ratio,
           metrics.max_drawdown, json_differences(wanted, told.parameters)
      FROM told
      JOIN performance_metrics AS metrics ON metrics.run_id = told.run_id
     ORDER BY told.differing, told.distance, told.run_id DESC;
END;
$function$;

COMMENT ON FUNCTION btsql.find_near_duplicates(jsonb, integer) IS
    'Successful runs of the same strategy on the same instruments and dates with some other parameters, nearest first: '
    'the fewest different parameters, then the smallest relative difference, then the newest. differences names the '
    'parameters that differ, with both values. Only the newest 300 such runs, or result_limit if that is more, are '
    'looked at. config: see find_duplicates, and what it raises.';

COMMIT;
