-- Deploy btsql:functions/parameter_source to pg
-- requires: tables/run_parameter
-- requires: functions/criteria_of
-- requires: functions/parameter_condition
BEGIN;

CREATE FUNCTION btsql.parameter_source(parameters jsonb, newest_first boolean, OUT source text, OUT decides text)
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
SET enable_seqscan = off
SET enable_bitmapscan = off
AS $function$
DECLARE
    few      CONSTANT integer := 2000;
    searches text[];
    by_value boolean[];
    hits     integer;
    fewest   integer;
    finder   text;
    is_equal boolean;
BEGIN
    source := 'backtest_run AS run';
    SELECT string_agg(search.decides, ' AND '),
           array_agg(search.query) FILTER (WHERE search.query IS NOT NULL),
           array_agg(search.is_equal) FILTER (WHERE search.query IS NOT NULL)
      INTO decides, searches, by_value
      FROM (SELECT string_agg(condition.decides, ' AND ') AS decides,
                   format('SELECT parameter.run_id FROM run_parameter AS parameter WHERE parameter.name = %L AND ',
                          given.name) || string_agg(condition.finds, ' AND ') AS query,
                   bool_or(given.operator = '=' AND condition.finds IS NOT NULL) AS is_equal
              FROM criteria_of(parameter_source.parameters) AS given
             CROSS JOIN parameter_condition(given.name, given.operator, given.value) AS condition
             GROUP BY given.name) AS search;
    IF cardinality(searches) = 1 AND by_value[1] AND newest_first THEN
        fewest := few + 1; -- these are in order already, be they many or few
        finder := searches[1];
        is_equal := true;
    ELSE
        -- The best plan depends on how common a value is, which statistics do not show: so count, up to a limit.
        -- Without bitmap scans, which would read every match before the first row.
        FOR place IN 1..coalesce(cardinality(searches), 0) LOOP
            EXECUTE format('SELECT count(*) FROM (%s LIMIT %s) AS hit', searches[place], few + 1) INTO hits;
            IF fewest IS NULL OR hits < fewest OR (hits = fewest AND by_value[place]) THEN
                fewest := hits;
                finder := searches[place];
                is_equal := by_value[place];
            END IF;
        END LOOP;
    END IF;

    IF fewest <= few THEN
        source := format('(SELECT DISTINCT found.run_id FROM (%s) AS found OFFSET 0) AS candidate '
                         'JOIN backtest_run AS run ON run.run_id = candidate.run_id', finder);
    ELSIF is_equal AND newest_first THEN
        source := format('(%s ORDER BY parameter.run_id DESC OFFSET 0) AS candidate '
                         'JOIN backtest_run AS run ON run.run_id = candidate.run_id', finder);
    END IF;
END;
$function$;

COMMENT ON FUNCTION btsql.parameter_source(jsonb, boolean) IS
    'The parameter criteria of list_runs() as SQL text. source: where runs are read from: the few runs that the search '
    'index finds for the rarest criterion; the runs with a common value, newest first; or all runs, in the order of '
    'the listing. decides: all criteria as one condition on run, NULL when there are none. Raises '
    'invalid_parameter_value.';

COMMIT;
