-- Deploy btsql:functions/criteria_of to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.criteria_of(document jsonb)
RETURNS TABLE (name text, operator text, value jsonb)
LANGUAGE plpgsql IMMUTABLE
SET search_path = btsql, pg_temp
AS $function$
BEGIN
    IF jsonb_typeof(criteria_of.document) <> 'object' THEN
        RAISE EXCEPTION 'criteria must be a JSON object, not %', jsonb_typeof(criteria_of.document)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Write {"name": value} or {"name": {">=": 10, "<": 20}}.';
    END IF;
    -- A value that is no object of operators is to be equal.
    RETURN QUERY
    SELECT criterion.key, coalesce(part.key, '='), CASE WHEN part.key IS NULL THEN criterion.value ELSE part.value END
      FROM jsonb_each(criteria_of.document) AS criterion
      LEFT JOIN LATERAL jsonb_each(
               CASE WHEN jsonb_typeof(criterion.value) = 'object' AND criterion.value <> '{}' THEN criterion.value END
           ) AS part ON true
     ORDER BY 1, 2;
END;
$function$;

COMMENT ON FUNCTION btsql.criteria_of(jsonb) IS
    'The single criteria in a JSON object of criteria: {"name": value} asks for equality, {"name": {operator: value, '
    '...}} for other comparisons. Raises invalid_parameter_value.';

COMMIT;
