-- Deploy btsql:functions/matching_runs to pg
-- requires: functions/page_of_runs
-- requires: functions/newest_with_value
-- requires: functions/find_run
-- requires: functions/first_run_id
-- requires: functions/check_sort_key
-- requires: functions/check_limit
-- requires: functions/criteria_of
-- requires: functions/search_conditions
-- requires: functions/parameter_source
BEGIN;

-- The query is built from the filters that are given: one plan for all filters would read every run.
CREATE FUNCTION btsql.matching_runs(
    strategy_name text, strategy_type text, instrument text, status text,
    since timestamptz, until timestamptz, data_since timestamptz, data_until timestamptz,
    parameters jsonb, metrics jsonb, tags text[],
    sort_by text, descending boolean, result_limit integer, after text, only_measured boolean)
RETURNS uuid[]
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
SET max_parallel_workers_per_gather = 0
SET extra_float_digits = 1
AS $function$
DECLARE
    by_start   CONSTANT boolean := matching_runs.sort_by IS NOT DISTINCT FROM 'started_at';
    downwards  CONSTANT boolean := coalesce(matching_runs.descending, true);
    order_word CONSTANT text := CASE WHEN downwards THEN 'DESC' ELSE 'ASC' END;
    beyond     CONSTANT text := CASE WHEN downwards THEN '<' ELSE '>' END;
    last_id    CONSTANT uuid := CASE WHEN matching_runs.after IS NOT NULL THEN find_run(matching_runs.after) END;
    runs       text := 'backtest_run AS run';
    decides    text;
    last_value double precision;
    conditions CONSTANT text := search_conditions(
        matching_runs.strategy_name, matching_runs.strategy_type, matching_runs.instrument, matching_runs.status,
        matching_runs.since, matching_runs.until, matching_runs.data_since, matching_runs.data_until,
        matching_runs.metrics, matching_runs.tags);
    measured   text;
    all_have   boolean := matching_runs.only_measured;
    page       uuid[] := ARRAY[]::uuid[];
BEGIN
    PERFORM check_limit(matching_runs.result_limit);
    IF matching_runs.parameters IS NOT NULL THEN
        IF by_start AND downwards AND num_nonnulls(
               matching_runs.strategy_name, matching_runs.strategy_type, matching_runs.instrument, matching_runs.status,
               matching_runs.since, matching_runs.until, matching_runs.data_since, matching_runs.data_until,
               matching_runs.metrics, matching_runs.tags) = 0 THEN
            page := newest_with_value(matching_runs.parameters, last_id, matching_runs.result_limit);
            IF page IS NOT NULL THEN
                RETURN page;
            END IF;
            page := ARRAY[]::uuid[];
        END IF;
        SELECT found.source, found.decides
          INTO runs, decides
          FROM parameter_source(
                   matching_runs.parameters, matching_runs.strategy_name, matching_runs.strategy_type, matching_runs.status,
                   matching_runs.tags, first_run_id(matching_runs.since),
                   least(CASE WHEN matching_runs.until <= '9999-12-31 00:00:00+00'
                              THEN first_run_id(matching_runs.until + interval '1 millisecond') END,
                         CASE WHEN by_start AND downwards THEN last_id END),
                   by_start AND downwards, matching_runs.result_limit) AS found;
    END IF;
    IF NOT by_start THEN
        PERFORM check_sort_key(matching_runs.sort_by);
        -- A recorded run does not change, so its place in the order is known from its id.
        IF last_id IS NOT NULL THEN
            EXECUTE format('SELECT metrics.%I FROM performance_metrics AS metrics WHERE metrics.run_id = $1',
                           matching_runs.sort_by)
               INTO last_value
              USING last_id;
        END IF;
        -- A criterion on the sort metric already leaves out the runs that do not have it.
        all_have := all_have OR EXISTS (
            SELECT
              FROM criteria_of(matching_runs.metrics) AS criterion
             WHERE criterion.name = matching_runs.sort_by
               AND (criterion.operator <> 'exists' OR criterion.value = 'true'));
    END IF;

    -- Only successes have metrics, and a metrics row names the strategy type: so filter both in performance_metrics.
    IF NOT by_start AND (last_id IS NULL OR last_value IS NOT NULL) AND coalesce(status, 'success') = 'success' THEN
        measured := concat_ws(' AND ',
            search_conditions(
                matching_runs.strategy_name, NULL, matching_runs.instrument, NULL, matching_runs.since,
                matching_runs.until, matching_runs.data_since, matching_runs.data_until, matching_runs.metrics,
                matching_runs.tags),
            decides,
            format('metrics.%I IS NOT NULL', matching_runs.sort_by),
            'metrics.strategy_type = ' || quote_literal(matching_runs.strategy_type),
            CASE WHEN last_id IS NOT NULL THEN
                format('(metrics.%I, metrics.run_id) %s (%L, %L)', matching_runs.sort_by, beyond, last_value, last_id)
            END);
        page := page_of_runs(
            'performance_metrics AS metrics ' || CASE
                WHEN measured ~ '[[:<:]]run[.]' OR matching_runs.parameters IS NOT NULL
                THEN 'JOIN ' || runs || ' ON run.run_id = metrics.run_id'
                ELSE 'CROSS JOIN LATERAL (SELECT metrics.run_id) AS run' END,
            measured,
            format('metrics.%1$I %2$s, metrics.run_id %2$s', matching_runs.sort_by, order_word),
            matching_runs.result_limit);
    END IF;

    -- Either all runs by their start or, after the runs with the metric, those without it, newest first.
    IF cardinality(page) < matching_runs.result_limit AND NOT all_have THEN
        page := page || page_of_runs(
            runs || CASE WHEN NOT by_start OR matching_runs.metrics IS NOT NULL
                         THEN ' LEFT JOIN performance_metrics AS metrics ON metrics.run_id = run.run_id' ELSE '' END,
            concat_ws(' AND ', conditions, decides,
                CASE WHEN NOT by_start THEN format('metrics.%I IS NULL', matching_runs.sort_by) END,
                CASE WHEN by_start OR last_value IS NULL THEN
                    format('run.run_id %s ', CASE WHEN by_start THEN beyond ELSE '<' END) || quote_literal(last_id)
                END),
            'run.run_id ' || CASE WHEN by_start THEN order_word ELSE 'DESC' END,
            matching_runs.result_limit - cardinality(page));
    END IF;
    RETURN page;
END;
$function$;

COMMENT ON FUNCTION btsql.matching_runs(
    text, text, text, text, timestamptz, timestamptz, timestamptz, timestamptz, jsonb, jsonb, text[], text, boolean,
    integer, text, boolean) IS
    'The ids of the runs that list_runs() lists, in its order. only_measured leaves out the runs that do not have the '
    'metric it sorts by. Takes the same arguments and raises the same errors as list_runs().';

COMMIT;
