-- Deploy btsql:functions/metric_condition to pg
-- requires: functions/check_metric
-- requires: functions/number_or_null
BEGIN;

CREATE FUNCTION btsql.metric_condition(metric text, operator text, value jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE
SET search_path = btsql, pg_temp
AS $function$
BEGIN
    PERFORM check_metric(metric_condition.metric);
    IF operator IN ('=', '<>', '<', '<=', '>', '>=') AND jsonb_typeof(value) = 'number'
       AND (value = '0' OR abs(number_or_null(value)) BETWEEN 1e-307 AND 1e307) THEN
        RETURN format('metrics.%I %s %L::numeric::double precision', metric, operator, value);
    ELSIF operator = 'exists' AND jsonb_typeof(value) = 'boolean' THEN
        RETURN format('(metrics.%I IS NOT NULL) = %L', metric, value);
    END IF;
    RAISE EXCEPTION 'metric "%" is compared by "%" with %', metric, left(operator, 20), left(value::text, 100)
        USING ERRCODE = 'invalid_parameter_value',
              HINT = 'Write {"sharpe_ratio": {">": 1, "<=": 3}} with = <> < <= > >= and numbers, or '
                     '{"sharpe_ratio": {"exists": true}}.';
END;
$function$;

COMMENT ON FUNCTION btsql.metric_condition(text, text, jsonb) IS
    'One criterion on a metric as SQL text for list_runs(), in the metric''s unit. Raises invalid_parameter_value.';

COMMIT;
