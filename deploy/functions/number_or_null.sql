-- Deploy btsql:functions/number_or_null to pg
-- requires: schemas/btsql
BEGIN;

-- Not STRICT: the planner puts it into the query that calls it, which it cannot do with a CASE in a strict function.
CREATE FUNCTION btsql.number_or_null(value jsonb)
RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE WHEN jsonb_typeof(number_or_null.value) = 'number' THEN number_or_null.value::numeric END;
END;

COMMENT ON FUNCTION btsql.number_or_null(jsonb) IS 'The number that a JSON value is, or NULL when it is anything else.';

COMMIT;
