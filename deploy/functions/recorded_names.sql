-- Deploy btsql:functions/recorded_names to pg
-- requires: tables/backtest_run
-- requires: tables/run_parameter
-- requires: tables/run_annotation
BEGIN;

CREATE FUNCTION btsql.recorded_names(kind text, wanted text[] DEFAULT '{}')
RETURNS SETOF text
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    newest CONSTANT integer := 1000;
BEGIN
    CASE recorded_names.kind
        WHEN 'strategy_name' THEN
            RETURN QUERY
            SELECT run.strategy_name
              FROM (SELECT each.strategy_name FROM backtest_run AS each ORDER BY each.run_id DESC LIMIT newest) AS run
             UNION
            SELECT asked.name
              FROM unnest(wanted) AS asked (name)
             WHERE EXISTS (SELECT FROM backtest_run AS run WHERE run.strategy_name = asked.name);
        WHEN 'strategy_type' THEN
            RETURN QUERY
            SELECT run.strategy_type
              FROM (SELECT each.strategy_type FROM backtest_run AS each ORDER BY each.run_id DESC LIMIT newest) AS run
             UNION
            SELECT asked.name
              FROM unnest(wanted) AS asked (name)
             WHERE EXISTS (SELECT FROM backtest_run AS run WHERE run.strategy_type = asked.name);
        WHEN 'instrument' THEN
            RETURN QUERY
            SELECT unnest(run.instruments)
              FROM (SELECT each.instruments FROM backtest_run AS each ORDER BY each.run_id DESC LIMIT newest) AS run
             UNION
            SELECT asked.name
              FROM unnest(wanted) AS asked (name)
             WHERE EXISTS (SELECT FROM backtest_run AS run WHERE run.instruments @> ARRAY[asked.name]);
        WHEN 'parameter' THEN
            RETURN QUERY
            SELECT jsonb_object_keys(run.parameters)
              FROM (SELECT each.parameters FROM backtest_run AS each ORDER BY each.run_id DESC LIMIT newest) AS run
             UNION
            SELECT asked.name
              FROM unnest(wanted) AS asked (name)
             WHERE EXISTS (SELECT FROM run_parameter AS parameter WHERE parameter.name = asked.name);
        WHEN 'tag' THEN
            RETURN QUERY
            SELECT annotation.content
              FROM (SELECT each.kind, each.content
                      FROM run_annotation AS each
                     ORDER BY each.run_id DESC, each.annotation_id DESC
                     LIMIT newest) AS annotation
             WHERE annotation.kind = 'tag'
             UNION
            SELECT asked.name
              FROM unnest(wanted) AS asked (name)
             WHERE EXISTS (SELECT FROM run_annotation AS annotation
                            WHERE annotation.kind = 'tag' AND annotation.content = asked.name);
        ELSE
            RAISE EXCEPTION 'runs have no names of the kind "%"', left(recorded_names.kind, 100)
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = 'There are: strategy_name, strategy_type, instrument, parameter, tag.';
    END CASE;
END;
$function$;

COMMENT ON FUNCTION btsql.recorded_names(text, text[]) IS
    'Names that runs have, for who may have mistyped one: those of the newest 1000 runs and, of the wanted ones, those that '
    'any run has. kind: strategy_name, strategy_type, instrument, parameter (of older runs only names of at most 200 '
    'characters) or tag (of the newest 1000 notes and tags). Raises invalid_parameter_value for any other.';

COMMIT;
