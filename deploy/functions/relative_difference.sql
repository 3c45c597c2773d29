-- Deploy btsql:functions/relative_difference to pg
-- requires: schemas/btsql
BEGIN;

-- Both sides are halved: the difference of two of the largest numbers would itself be too large for numeric.
CREATE FUNCTION btsql.relative_difference(one jsonb, other jsonb)
RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE
        WHEN jsonb_typeof(relative_difference.one) = 'number' AND jsonb_typeof(relative_difference.other) = 'number'
        THEN coalesce(
            abs(relative_difference.one::numeric * 0.5 - relative_difference.other::numeric * 0.5)
                / nullif(greatest(abs(relative_difference.one::numeric), abs(relative_difference.other::numeric)) * 0.5, 0),
            0)
        ELSE 2
    END;
END;

COMMENT ON FUNCTION btsql.relative_difference(jsonb, jsonb) IS
    'How far apart two values of a parameter are: for two numbers, their difference divided by the larger absolute '
    'value, from 0 to 2; for anything else 2.';

COMMIT;
