-- Deploy btsql:functions/check_sort_key to pg
-- requires: functions/metric_definition
BEGIN;

CREATE FUNCTION btsql.check_sort_key(sort_by text)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
SET search_path = btsql, pg_temp
AS $function$
BEGIN
    IF check_sort_key.sort_by IS DISTINCT FROM 'started_at'
       AND NOT EXISTS (SELECT FROM metric_definition() AS defined WHERE defined.metric = check_sort_key.sort_by) THEN
        RAISE EXCEPTION 'runs cannot be sorted by "%"', coalesce(left(check_sort_key.sort_by, 100), 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Sort by started_at, or by a metric: ' || (SELECT string_agg(defined.metric, ', ')
                                                                      FROM metric_definition() AS defined) || '.';
    END IF;
END;
$function$;

COMMENT ON FUNCTION btsql.check_sort_key(text) IS
    'Raises invalid_parameter_value, with a hint that lists the choices, unless the key is started_at or a metric.';

COMMIT;
