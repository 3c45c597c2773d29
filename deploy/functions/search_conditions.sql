-- Deploy btsql:functions/search_conditions to pg
-- requires: functions/criteria_of
-- requires: functions/metric_condition
-- requires: functions/first_run_id
-- requires: tables/run_annotation
BEGIN;

CREATE FUNCTION btsql.search_conditions(
    strategy_name text, strategy_type text, instrument text, status text,
    since timestamptz, until timestamptz, data_since timestamptz, data_until timestamptz,
    metrics jsonb, tags text[])
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
SET datestyle = 'ISO'
AS $function$
BEGIN
    IF search_conditions.status NOT IN ('success', 'failure', 'interrupted') THEN
        RAISE EXCEPTION 'status is "%", not success, failure or interrupted', left(search_conditions.status, 100)
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Leave status out for runs of all three.';
    ELSIF array_ndims(search_conditions.tags) > 1 OR cardinality(search_conditions.tags) > 20 THEN
        RAISE EXCEPTION 'tags is not a list of up to 20 tags'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Write tags => ''{keep,draft}''.';
    ELSIF array_position(search_conditions.tags, NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'a tag is NULL'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Leave tags out for runs with any tags or none.';
    END IF;
    RETURN concat_ws(' AND ', 'true',
        'run.strategy_name = ' || quote_literal(search_conditions.strategy_name),
        'run.strategy_type = ' || quote_literal(search_conditions.strategy_type),
        'run.instruments @> ARRAY[' || quote_literal(search_conditions.instrument) || ']',
        'run.status = ' || quote_literal(search_conditions.status),
        -- The id says the millisecond, and is the key.
        'run.run_id >= ' || CASE WHEN search_conditions.since BETWEEN '1970-01-01 00:00:00+00' AND '9999-12-31 00:00:00+00'
                                 THEN quote_literal(first_run_id(search_conditions.since)) END,
        'run.started_at >= ' || quote_literal(search_conditions.since),
        'run.run_id < ' || CASE WHEN search_conditions.until BETWEEN '1970-01-01 00:00:00+00' AND '9999-12-31 00:00:00+00'
                                THEN quote_literal(first_run_id(search_conditions.until + interval '1 millisecond')) END,
        'run.started_at < ' || quote_literal(search_conditions.until),
        'run.data_end >= ' || quote_literal(search_conditions.data_since),
        'run.data_start < ' || quote_literal(search_conditions.data_until),
        CASE WHEN search_conditions.metrics IS NOT NULL THEN (
         SELECT string_agg(metric_condition(criterion.name, criterion.operator, criterion.value), ' AND ')
           FROM criteria_of(search_conditions.metrics) AS criterion) END,
        -- Put on, and not taken off later.
        CASE WHEN search_conditions.tags IS NOT NULL THEN (
         SELECT string_agg(format('run.run_id IN (SELECT tagged.run_id FROM run_annotation AS tagged '
                                  'WHERE tagged.kind = ''tag'' AND tagged.content = %L AND NOT EXISTS ('
                                  'SELECT FROM run_annotation AS later WHERE later.run_id = tagged.run_id '
                                  'AND later.kind = ''untag'' AND later.content = tagged.content '
                                  'AND later.annotation_id > tagged.annotation_id))', tag), ' AND ')
           FROM (SELECT DISTINCT unnest(search_conditions.tags) AS tag) AS wanted) END);
END;
$function$;

COMMENT ON FUNCTION btsql.search_conditions(
    text, text, text, text, timestamptz, timestamptz, timestamptz, timestamptz, jsonb, text[]) IS
    'The filters of list_runs(), except those on parameters, as one SQL condition on run (backtest_run) and metrics '
    '(performance_metrics). Filters that are NULL are left out. Raises invalid_parameter_value.';

COMMIT;
