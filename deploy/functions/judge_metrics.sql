-- Deploy btsql:functions/judge_metrics to pg
-- requires: functions/metric_definition
-- requires: functions/number_or_null
BEGIN;

CREATE FUNCTION btsql.judge_metrics(metrics jsonb, undefined_metrics jsonb DEFAULT NULL)
RETURNS TABLE (metric text, accepted numeric, reported_value text, reason text)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    definition  record;
    value       jsonb;
    -- A count or rate beyond 1e10 fails by its own range, and arithmetic on it could overflow even numeric.
    total       CONSTANT numeric := CASE WHEN abs(number_or_null(metrics -> 'total_trades')) < 1e10
                                         THEN number_or_null(metrics -> 'total_trades') END;
    wins        CONSTANT numeric := CASE WHEN abs(number_or_null(metrics -> 'winning_trades')) < 1e10
                                         THEN number_or_null(metrics -> 'winning_trades') END;
    losses      CONSTANT numeric := CASE WHEN abs(number_or_null(metrics -> 'losing_trades')) < 1e10
                                         THEN number_or_null(metrics -> 'losing_trades') END;
    rate        CONSTANT numeric := CASE WHEN abs(number_or_null(metrics -> 'win_rate')) < 1e10
                                         THEN number_or_null(metrics -> 'win_rate') END;
    counts_fail CONSTANT boolean := coalesce(wins + losses > total, false);
    rate_fails  CONSTANT boolean := coalesce(abs(rate * total - wins) > 1e-7 * greatest(total, 1), false);
BEGIN
    FOR definition IN
        SELECT defined.metric, defined.unit, defined.lowest, defined.highest
          FROM metric_definition() AS defined
    LOOP
        value := judge_metrics.metrics -> definition.metric;
        metric := definition.metric;
        accepted := trim_scale(number_or_null(value));
        reported_value := CASE WHEN value <> 'null' THEN value #>> '{}' END;
        reason := CASE
            WHEN reported_value IS NULL THEN undefined_metrics ->> definition.metric
            WHEN accepted IS NULL THEN 'not a finite number'
            WHEN accepted NOT BETWEEN definition.lowest AND definition.highest
                THEN replace(format('outside %s .. %s', definition.lowest, definition.highest),
                             repeat('0', 300), 'e300') -- money, in a form for people
            WHEN definition.unit = 'count' AND accepted <> trunc(accepted) THEN 'not a whole number'
            WHEN metric = 'periods_per_year' AND accepted NOT IN (252, 365) THEN 'neither 252 nor 365'
            WHEN metric IN ('total_trades', 'winning_trades', 'losing_trades') AND counts_fail
                THEN 'winning and losing trades add up to more than all trades'
            WHEN metric = 'win_rate' AND rate_fails AND NOT counts_fail
                THEN 'not winning_trades / total_trades'
        END;
        IF reason IS NOT NULL THEN
            accepted := NULL;
        ELSIF abs(accepted) < 2.2250738585072014e-308 THEN
            accepted := 0; -- below what double precision holds
        END IF;
        IF accepted IS NOT NULL OR reason IS NOT NULL THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END;
$function$;

COMMENT ON FUNCTION btsql.judge_metrics(jsonb, jsonb) IS
    'Which of the reported metrics are stored, and why the others are not. metrics: for each name a number, null, or '
    'the text NaN, Infinity, -Infinity; undefined_metrics: for each name the reason of a null. One row for each metric '
    'that has a value or a reason: either accepted is the value to store, or reported_value (as text) and reason say '
    'why there is none.';

COMMIT;
