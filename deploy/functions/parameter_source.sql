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
    -- Only where the index has the ids in order; elsewhere each one would be read and compared.
    within   CONSTANT text := concat(' AND found.run_id >= ' || quote_literal(parameter_source.first_id),
                                     ' AND found.run_id < ' || quote_literal(parameter_source.before_id));
    few      integer := 2000;
    searches text[];
    ranks    integer[];
    hits     integer;
    fewest   integer;
    best     integer;
BEGIN
    SELECT string_agg(search.decides, ' AND '),
           array_agg(search.query ORDER BY search.rank, search.query) FILTER (WHERE search.query IS NOT NULL),
           array_agg(search.rank ORDER BY search.rank, search.query) FILTER (WHERE search.query IS NOT NULL)
      INTO decides, searches, ranks
      FROM (SELECT string_agg(condition.decides, ' AND ') AS decides,
                   format('run_parameter AS found WHERE found.name = %L AND ', given.name)
                       || string_agg(condition.finds, ' AND ')
                       || CASE WHEN min(kind.rank) <= 2 THEN within ELSE '' END AS query,
                   min(kind.rank) AS rank
              FROM criteria_of(parameter_source.parameters) AS given
             CROSS JOIN parameter_condition(given.name, given.operator, given.value) AS condition
              LEFT JOIN (VALUES ('value', 1), ('values', 2), ('range', 4), ('name', 5)) AS kind (narrows_to, rank)
                ON kind.narrows_to = condition.narrows_to
             GROUP BY given.name
             UNION ALL
            -- Of a rare strategy, say, or in a short time there may be fewer runs than with a common value.
            SELECT NULL, other.query || within, 3
              FROM (VALUES
                    ('backtest_run AS found WHERE found.strategy_name = ' || quote_literal(parameter_source.strategy_name)),
                    ('backtest_run AS found WHERE found.strategy_type = ' || quote_literal(parameter_source.strategy_type)),
                    ('backtest_run AS found WHERE found.status <> ''success'' AND found.status = '
                         || quote_literal(nullif(parameter_source.status, 'success'))),
                    (CASE WHEN within <> '' THEN 'backtest_run AS found WHERE true' END)) AS other (query)
             UNION ALL
            SELECT NULL, 'run_annotation AS found WHERE found.kind = ''tag'' AND found.content = ' || quote_literal(tag)
                             || within, 3
              FROM unnest(parameter_source.tags) AS tag) AS search;

    IF cardinality(searches) = 1 AND ranks[1] = 1 AND newest_first THEN
        best := 1; -- these are in order already, be they many or few
        fewest := few + 1;
    ELSE
        IF NOT (newest_first AND 1 = ANY (ranks)) THEN
            few := greatest(few, 10 * parameter_source.result_limit); -- no other source has many runs in order
        END IF;
        FOR place IN 1..coalesce(cardinality(searches), 0) LOOP
            EXIT WHEN fewest <= 100 OR fewest <= few AND ranks[place] = 5;
            EXECUTE format('SELECT count(*) FROM (SELECT found.run_id FROM %s LIMIT %s) AS hit',
                           searches[place], coalesce(fewest, few + 1))
               INTO hits;
            IF fewest IS NULL OR hits < fewest THEN
                fewest := hits;
                best := place;
            END IF;
        END LOOP;
    END IF;

    source := 'backtest_run AS run';
    IF fewest <= few THEN
        source := format('(SELECT DISTINCT found.run_id FROM %s OFFSET 0) AS candidate '
                         'JOIN backtest_run AS run ON run.run_id = candidate.run_id', searches[best]);
    ELSIF ranks[best] = 1 AND newest_first THEN
        source := format('(SELECT found.run_id FROM %s ORDER BY found.run_id DESC OFFSET 0) AS candidate '
                         'JOIN backtest_run AS run ON run.run_id = candidate.run_id', searches[best]);
    ELSIF fewest > few AND ranks && '{1,2,4,5}' THEN
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
