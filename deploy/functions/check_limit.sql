-- Deploy btsql:functions/check_limit to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.check_limit(result_limit integer)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
SET search_path = btsql, pg_temp
AS $function$
BEGIN
    IF check_limit.result_limit IS NULL OR check_limit.result_limit NOT BETWEEN 1 AND 1000 THEN
        RAISE EXCEPTION 'result_limit is %, not 1 to 1000', coalesce(check_limit.result_limit::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Ask for at most 1000 rows at once.';
    END IF;
END;
$function$;

COMMENT ON FUNCTION btsql.check_limit(integer) IS
    'Raises invalid_parameter_value unless the limit is a number of rows from 1 to 1000.';

COMMIT;
