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
AS $function$
BEGIN
    RETURN QUERY
    SELECT run.run_id, run.started_at, run.recorded_at
      FROM backtest_run AS run
      LEFT JOIN performance_metrics AS metrics ON metrics.run_id = run.run_id
      LEFT JOIN LATERAL (
               SELECT jsonb_object_agg(refused.metric, jsonb_build_object(
                          'reported_value', refused.reported_value, 'reason', refused.reason)) AS document,
                      bool_or(refused.recorded_at <> run.recorded_at) AS is_of_another_time
                 FROM rejected_metric AS refused
                WHERE refused.run_id = run.run_id) AS rejected ON true
     WHERE run.run_id BETWEEN changed_runs.first_id AND changed_runs.last_id
       AND (run.record_digest <> record_digest(run, metrics, rejected.document)
            OR run.config_hash <> run_config_hash(run.strategy_path, run.parameters)
            OR run.replaced_interrupted_at > run.recorded_at
            OR (metrics.status, metrics.strategy_type, metrics.recorded_at)
               <> (run.status, run.strategy_type, run.recorded_at)
            OR rejected.is_of_another_time
            -- A row too many in the search index is harmless, a row that is missing hides the run.
            OR EXISTS (SELECT
                         FROM searchable_parameters(run.parameters) AS wanted
                        WHERE NOT EXISTS (SELECT
                                            FROM run_parameter AS indexed
                                           WHERE indexed.run_id = run.run_id
                                             AND indexed.name = wanted.name
                                             AND indexed.value = wanted.value)))
     ORDER BY run.run_id DESC;
END;
$function$;

COMMENT ON FUNCTION btsql.changed_runs(uuid, uuid) IS
    'The runs from one id to another, both included, that are not what was recorded any more, newest first: their digest '
    'or configuration hash is another; their child rows carry another status, strategy type or time than they do; they '
    'would have replaced an interrupted run that was recorded after them; or the search index lacks a parameter.';

COMMIT;
