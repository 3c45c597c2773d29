-- Deploy btsql:functions/record_digest to pg
-- requires: tables/backtest_run
-- requires: tables/performance_metrics
-- requires: functions/config_hash
BEGIN;

-- The settings decide how times and floating-point numbers are written; a user's own must not change the digest.
CREATE FUNCTION btsql.record_digest(
    run btsql.backtest_run, metrics btsql.performance_metrics, rejected_metrics jsonb)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
SET timezone = 'UTC'
SET extra_float_digits = 1
AS $function$
DECLARE
    document jsonb := to_jsonb(record_digest.run)
        - '{recorded_at,record_digest,config_hash,replaced_interrupted_at}'::text[]
        || jsonb_build_object(
            'metrics', to_jsonb(record_digest.metrics) - '{run_id,recorded_at,status,strategy_type}'::text[],
            'rejected_metrics', record_digest.rejected_metrics);
BEGIN
    -- A column added later is null in older runs, and must not change their digest.
    RETURN config_hash((SELECT jsonb_object_agg(part.key, part.value)
                          FROM jsonb_each(document || jsonb_build_object(
                                   'metrics', jsonb_strip_nulls(document -> 'metrics'))) AS part
                         WHERE part.value <> 'null'));
END;
$function$;

COMMENT ON FUNCTION btsql.record_digest(btsql.backtest_run, btsql.performance_metrics, jsonb) IS
    'SHA-256 (64 hexadecimal digits) over everything in a record: the run, its metrics (NULL for none) and its '
    'rejected metrics ({metric: {reported_value, reason}} or NULL). Values that the database itself adds are left out.';

COMMIT;
