-- Deploy btsql:functions/changed_runs to pg
-- requires: functions/record_digest
-- requires: functions/run_config_hash
-- requires: functions/searchable_parameters
-- requires: tables/rejected_metric
-- requires: tables/run_parameter
BEGIN;

CREATE FUNCTION btsql.changed_runs(first_id uuid, last_id uuid)
RETURNS TABLE (run_id uuid, started_at timestamptz, recorded_at timestamptz)
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
SET extra_float_digits = 1
AS $function$
BEGIN
    RETURN QUERY
    SELECT run.run_id, run.started_at, run.recorded_at
      FROM backtest_run AS run
      LEFT JOIN performance_metrics AS metrics ON metrics.run_id = run.run_id
      LEFT JOIN (SELECT refused.run_id, min(refused.recorded_at) AS first_time, max(refused.recorded_at) AS last_time,
                        jsonb_object_agg(refused.metric, jsonb_build_object(
                            'reported_value', refused.reported_value, 'reason', refused.reason)) AS document
                   FROM rejected_metric AS refused
                  WHERE refused.run_id BETWEEN changed_runs.first_id AND changed_runs.last_id
                  GROUP BY refused.run_id) AS rejected ON rejected.run_id = run.run_id
      LEFT JOIN (SELECT parameter.run_id,
                        jsonb_agg(jsonb_build_object('name', parameter.name, 'value', parameter.value)) AS entries
                   FROM run_parameter AS parameter
                  WHERE parameter.run_id BETWEEN changed_runs.first_id AND changed_runs.last_id
                  GROUP BY parameter.run_id) AS indexed ON indexed.run_id = run.run_id
     WHERE run.run_id BETWEEN changed_runs.first_id AND changed_runs.last_id
       -- Converted through JSON: on a Citus shard a row has the type of the shard's own table.
       AND (run.record_digest <> record_digest(
                jsonb_populate_record(NULL::backtest_run, to_jsonb(run)),
                CASE WHEN metrics.run_id IS NOT NULL
                     THEN jsonb_populate_record(NULL::performance_metrics, to_jsonb(metrics)) END,
                rejected.document)
            OR run.config_hash <> run_config_hash(run.strategy_path, run.parameters)
            OR run.replaced_interrupted_at > run.recorded_at
            OR metrics.status <> run.status
            OR metrics.strategy_type <> run.strategy_type
            OR metrics.recorded_at <> run.recorded_at
            OR rejected.first_time <> run.recorded_at
            OR rejected.last_time <> run.recorded_at
            -- An extra row in the search index is harmless; a missing row hides the run from searches.
            OR NOT coalesce(indexed.entries, '[]') @> searchable_parameters(run.parameters))
     ORDER BY run.run_id DESC;
END;
$function$;

COMMENT ON FUNCTION btsql.changed_runs(uuid, uuid) IS
    'The runs from one id to another, both included, that no longer match what was recorded, newest first: the digest '
    'or the configuration hash no longer fits; child rows carry another status, strategy type or time than their run; '
    'the run says that it replaced an interrupted run which was recorded after it; or the search index lacks a '
    'parameter.';

COMMIT;
