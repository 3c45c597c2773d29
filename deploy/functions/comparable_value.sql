-- Deploy btsql:functions/comparable_value to pg
-- requires: schemas/btsql
BEGIN;

-- STABLE as to_char() is: only so can the planner put it into the query, instead of calling it for every cell.
CREATE FUNCTION btsql.comparable_value(value jsonb)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE jsonb_typeof(comparable_value.value)
               WHEN 'null' THEN NULL
               WHEN 'number' THEN trim_scale(
                   CASE WHEN abs(comparable_value.value::numeric) >= 100000 THEN round(comparable_value.value::numeric)
                        ELSE to_char(comparable_value.value::numeric, '9.99999EEEE')::numeric END)::text
               ELSE comparable_value.value #>> '{}'
           END;
END;

COMMENT ON FUNCTION btsql.comparable_value(jsonb) IS
    'A JSON value as comparisons show it: a number with six significant digits, from 100,000 on as a whole number; a '
    'text unchanged.';

COMMIT;
