-- Deploy btsql:functions/searchable_parameters to pg
-- requires: schemas/btsql
BEGIN;

-- Searched by criteria of up to 200 characters. A longer value is replaced by a shorter one that compares with each
-- such criterion in the same way: the beginning of a text; a number cut after its 200th decimal place, or 1e201. For
-- lists and objects there is null: their name can be searched.
CREATE FUNCTION btsql.searchable_parameters(parameters jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(jsonb_agg(jsonb_build_object(
               'name', parameter.key,
               'value', CASE WHEN jsonb_typeof(parameter.value) IN ('array', 'object') THEN 'null'
                             WHEN length(parameter.value::text) <= 200 THEN parameter.value
                             WHEN jsonb_typeof(parameter.value) = 'string' THEN to_jsonb(left(parameter.value #>> '{}', 201))
                             ELSE (SELECT to_jsonb(CASE WHEN scale(number) <= 200 THEN number
                                                        ELSE trunc(number, 200) + sign(number) * 5e-201 END)
                                     FROM trim_scale(least(greatest(parameter.value::numeric, -1e201), 1e201)) AS number)
                        END)), '[]')
      FROM jsonb_each(searchable_parameters.parameters) AS parameter
     WHERE length(parameter.key) <= 200;
END;

COMMENT ON FUNCTION btsql.searchable_parameters(jsonb) IS
    'The rows of the search index run_parameter for the parameters of a run, [{"name": name, "value": value}]: long '
    'values are shortened, arrays and objects are null.';

COMMIT;
