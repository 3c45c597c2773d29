-- Deploy btsql:functions/recomputed_digest to pg
-- requires: functions/record_digest
-- requires: tables/rejected_metric
BEGIN;

CREATE FUNCTION btsql.recomputed_digest(run btsql.backtest_run)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    metrics  performance_metrics;
    rejected jsonb;
BEGIN
    metrics := (SELECT measured
                  FROM performance_metrics AS measured
                 WHERE measured.run_id = recomputed_digest.run.run_id);
    SELECT jsonb_object_agg(refused.metric, jsonb_build_object(
               'reported_value', refused.reported_value, 'reason', refused.reason))
      INTO rejected
      FROM rejected_metric AS refused
     WHERE refused.run_id = recomputed_digest.run.run_id;
    RETURN record_digest(run, metrics, rejected);
END;
$function$;

COMMENT ON FUNCTION btsql.recomputed_digest(btsql.backtest_run) IS
    'The digest of a run as its rows are now, 64 hexadecimal digits; record_digest in the row is that of when it was '
    'recorded.';

COMMIT;
