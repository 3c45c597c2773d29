-- Deploy btsql:functions/parameter_source to pg
-- requires: tables/run_parameter
-- requires: tables/run_annotation
-- requires: functions/criteria_of
-- requires: functions/parameter_condition
BEGIN;

-- The best plan depends on how common a value is, which statistics do not show: so count, up to a limit. Without bitmap
-- scans, which would read every match before the first row.
CREATE FUNCTION btsql.parameter_source(
    parameters jsonb, strategy_name text, strategy_type text, status text, tags text[], first_id uuid, before_id uuid,
    newest_first boolean, result_limit integer, OUT source text, OUT decides text)
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
SET enable_seqscan = off
SET enable_bitmapscan = off
AS $function$
DECLARE
    few      CONSTANT integer := greatest(2000, 20 * parameter_source.result_limit);
    range    CONSTANT text := concat(' AND found.run_id >= ' || quote_literal(parameter_source.first_id),
                                     ' AND found.run_id < ' || quote_literal(parameter_source.before_id));
    searches text[];
    by_value boolean[];
    others   text[];
    hits     integer;
    fewest   integer;
    finder   text;
    is_equal boolean;
BEGIN
    SELECT string_agg(search.decides, ' AND '),
           coalesce(array_agg(search.query) FILTER (WHERE search.query IS NOT NULL), '{}'),
           coalesce(array_agg(search.is_equal) FILTER (WHERE search.query IS NOT NULL), '{}')
      INTO decides, searches, by_value
      FROM (SELECT string_agg(condition.decides, ' AND ') AS decides,
                   format('run_parameter AS found WHERE found.name = %L AND ', given.name)
                       || string_agg(condition.finds, ' AND ') AS query,
                   bool_or(given.operator = '=' AND condition.finds <> 'true') AS is_equal
              FROM criteria_of(parameter_source.parameters) AS given
             CROSS JOIN parameter_condition(given.name, given.operator, given.value) AS condition
             GROUP BY given.name) AS search;
    -- Of a rare strategy there may be fewer runs than with a common value.
    others := array_remove(ARRAY[
        'backtest_run AS found WHERE found.strategy_name = ' || quote_literal(parameter_source.strategy_name),
        'backtest_run AS found WHERE found.strategy_type = ' || quote_literal(parameter_source.strategy_type),
        'backtest_run AS found WHERE found.status <> ''success'' AND found.status = '
            || quote_literal(nullif(parameter_source.status, 'success'))], NULL)
        || ARRAY(SELECT 'run_annotation AS found WHERE found.kind = ''tag'' AND found.content = ' || quote_literal(tag)
                   FROM unnest(parameter_source.tags) AS tag
                  WHERE tag IS NOT NULL);
    searches := searches || others;
    by_value := by_value || array_fill(false, ARRAY[cardinality(others)]);

    IF cardinality(searches) = 1 AND by_value[1] AND newest_first THEN
        fewest := few + 1; -- these are in order already, be they many or few
        finder := searches[1];
        is_equal := true;
    ELSE
        FOR place IN 1..cardinality(searches) LOOP
            EXECUTE format('SELECT count(*) FROM (SELECT FROM %s%s LIMIT %s) AS hit', searches[place], range, few + 1)
               INTO hits;
            IF fewest IS NULL OR hits < fewest OR (hits = fewest AND by_value[place]) THEN
                fewest := hits;
                finder := searches[place];
                is_equal := by_value[place];
            END IF;
        END LOOP;
    END IF;

    source := 'backtest_run AS run';
    IF fewest <= few THEN
        source := format('(SELECT DISTINCT found.run_id FROM %s%s OFFSET 0) AS candidate '
                         'JOIN backtest_run AS run ON run.run_id = candidate.run_id', finder, range);
    ELSIF is_equal AND newest_first THEN
        source := format('(SELECT found.run_id FROM %s%s ORDER BY found.run_id DESC OFFSET 0) AS candidate '
                         'JOIN backtest_run AS run ON run.run_id = candidate.run_id', finder, range);
    ELSIF cardinality(searches) > cardinality(others) THEN
        -- The planner takes such an expression to be true for half of the runs, the condition itself for almost none.
        decides := format('CASE WHEN %s THEN true END', decides);
    END IF;
END;
$function$;

COMMENT ON FUNCTION btsql.parameter_source(jsonb, text, text, text, text[], uuid, uuid, boolean, integer) IS
    'The parameter criteria of list_runs() as SQL text. source: where runs are read from: the few runs that an index '
    'finds for the rarest criterion or other filter; the runs with a common value, newest first; or all runs, in the '
    'order of the listing. decides: all criteria as one condition on run, NULL when there are none. first_id, '
    'before_id: the range of run ids that are wanted. Raises invalid_parameter_value.';

COMMIT;
