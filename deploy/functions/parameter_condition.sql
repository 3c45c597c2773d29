-- Deploy btsql:functions/parameter_condition to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.parameter_condition(name text, operator text, value jsonb)
RETURNS TABLE (decides text, finds text, narrows_to text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    kind      CONSTANT text := jsonb_typeof(parameter_condition.value);
    is_short  CONSTANT boolean := length(parameter_condition.value::text) <= 200;
    parameter CONSTANT text := format('(run.parameters -> %L)', parameter_condition.name);
    indexed   jsonb;
BEGIN
    finds := 'true'; -- at least, the run has a parameter of this name
    narrows_to := 'name';
    IF operator IN ('=', '<>') THEN
        decides := format('%s %s %L::jsonb', parameter, operator, value);
        IF kind IN ('number', 'string', 'boolean') AND is_short THEN
            finds := format('found.value %s %L::jsonb', operator, value);
            narrows_to := CASE WHEN operator = '=' THEN 'value' ELSE 'name' END;
        ELSIF kind IN ('null', 'array', 'object') AND operator = '=' THEN
            finds := 'found.value = jsonb ''null''';
            narrows_to := 'values';
        END IF;
    ELSIF operator IN ('<', '<=', '>', '>=') AND kind IN ('number', 'string') THEN
        decides := format('jsonb_typeof(%1$s) = %2$L AND %1$s %3$s %4$L::jsonb', parameter, kind, operator, value);
        -- In the index null is before all texts, these before all numbers, and these before true and false.
        finds := CASE kind WHEN 'number' THEN 'found.value BETWEEN jsonb ''-1e201'' AND jsonb ''1e201'''
                           ELSE 'found.value >= jsonb ''""'' AND found.value < jsonb ''-1e201''' END;
        IF is_short THEN
            finds := finds || format(' AND found.value %s %L::jsonb', operator, value);
        END IF;
        narrows_to := 'range';
    ELSIF operator = 'in' AND kind = 'array' THEN
        decides := format('%s = ANY (ARRAY(SELECT jsonb_array_elements(%L::jsonb)))', parameter, value);
        SELECT coalesce(jsonb_agg(CASE WHEN jsonb_typeof(one) IN ('array', 'object') THEN 'null' ELSE one END), '[]')
          INTO indexed
          FROM jsonb_array_elements(value) AS one;
        IF length(indexed::text) <= 2000
           AND NOT EXISTS (SELECT FROM jsonb_array_elements(indexed) AS one WHERE length(one::text) > 200) THEN
            finds := format('found.value = ANY (ARRAY(SELECT jsonb_array_elements(%L::jsonb)))', indexed);
            narrows_to := 'values';
        END IF;
    ELSIF operator = 'exists' AND kind = 'boolean' THEN
        decides := format('(run.parameters ? %L) = %L', name, value);
        IF value = 'false' THEN
            finds := NULL;
        END IF;
    ELSE
        RAISE EXCEPTION 'parameter "%" is compared by "%" with %', left(name, 100), left(operator, 20), left(value::text, 100)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Write {"name": value}; {"name": {">=": 10, "<": 20}} with = <> < <= > >= for numbers and '
                         'texts; {"name": {"in": [1, 2]}}; or {"name": {"exists": false}}.';
    END IF;
    IF length(name) > 200 THEN
        finds := NULL; -- not in the search index
    END IF;
    IF finds IS NULL THEN
        narrows_to := NULL;
    END IF;
    RETURN NEXT;
END;
$function$;

COMMENT ON FUNCTION btsql.parameter_condition(text, text, jsonb) IS
    'One criterion on a parameter as SQL text for list_runs(). decides: the exact condition on a run. finds: a '
    'condition on the rows of the search index (found) with this name that every such run fulfils, NULL where the index '
    'cannot help. narrows_to: what part of the index that is: value (one, and exactly the runs that have it), values, '
    'range or name. Numbers are compared with numbers and texts with texts. Raises invalid_parameter_value.';

COMMIT;
