-- Deploy btsql:functions/check_metric to pg
-- requires: functions/metric_definition
BEGIN;

CREATE FUNCTION btsql.check_metric(metric text)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
SET search_path = btsql, pg_temp
AS $function$
BEGIN
    IF check_metric.metric IS NULL
       OR NOT EXISTS (SELECT FROM metric_definition() AS defined WHERE defined.metric = check_metric.metric) THEN
        RAISE EXCEPTION 'there is no metric "%"', coalesce(left(check_metric.metric, 100), 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'The metrics: ' || (SELECT string_agg(defined.metric, ', ')
                                               FROM metric_definition() AS defined) || '.';
    END IF;
END;
$function$;

COMMENT ON FUNCTION btsql.check_metric(text) IS
    'Raises invalid_parameter_value, with a hint that lists the metrics, unless the name is one of them.';

COMMIT;
