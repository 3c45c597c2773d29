-- Deploy btsql:functions/record_run to pg
-- requires: functions/check_record
-- requires: functions/judge_metrics
-- requires: functions/record_digest
-- requires: functions/run_of
-- requires: functions/run_lock_key
-- requires: functions/write_run
-- requires: functions/write_metrics
-- requires: functions/write_parameters
-- requires: triggers/run_in_progress
BEGIN;

CREATE FUNCTION btsql.record_run(record jsonb)
RETURNS uuid
LANGUAGE plpgsql VOLATILE
SET search_path = btsql, pg_temp
SET lock_timeout = '10s'
AS $function$
DECLARE
    run        backtest_run;
    metrics    performance_metrics;
    accepted   jsonb;
    rejected   jsonb;
    is_written boolean;
    locked_by  integer;
BEGIN
    PERFORM check_record(record_run.record);
    run := run_of(record_run.record);

    IF run.status = 'success' THEN
        SELECT jsonb_object_agg(judged.metric, judged.accepted) FILTER (WHERE judged.reason IS NULL),
               jsonb_object_agg(judged.metric, jsonb_build_object(
                   'reported_value', judged.reported_value, 'reason', judged.reason))
                   FILTER (WHERE judged.reason IS NOT NULL)
          INTO accepted, rejected
          FROM judge_metrics(record_run.record -> 'metrics', record_run.record -> 'undefined_metrics') AS judged;
        metrics := jsonb_populate_record(NULL::performance_metrics, coalesce(accepted, '{}'));
        metrics.run_id := run.run_id;
        metrics.strategy_type := run.strategy_type;
    END IF;

    run.record_digest := record_digest(run, metrics, rejected);
    -- Before the run itself, as in record_interrupted(): two that meet here wait for each other in one order.
    DELETE FROM run_in_progress AS started
     WHERE started.run_id = run.run_id
    RETURNING started.backend_pid
         INTO locked_by;
    -- In a statement of its own: in an AND, the planner may drop the call when the other side is known to be false.
    is_written := write_run(run);
    IF is_written THEN
        PERFORM write_parameters(run.run_id, run.parameters);
        IF run.status = 'success' THEN
            PERFORM write_metrics(metrics, rejected);
        END IF;
    END IF;
    IF locked_by = pg_backend_pid() THEN
        PERFORM pg_advisory_unlock(run_lock_key(run.run_id));
    END IF;
    RETURN run.run_id;
END;
$function$;

COMMENT ON FUNCTION btsql.record_run(jsonb) IS
    'Saves one finished backtest, completely or not at all, removes its start record, and returns its run id. record: '
    'a record document, format 1 (see record_key). A metric that is not finite or out of range becomes NULL, with the '
    'reason in rejected_metric. Sending the same record again under the same run_id changes nothing. Raises '
    'invalid_parameter_value, invalid_datetime_format, datetime_field_overflow, invalid_text_representation naming the '
    'key; unique_violation (backtest_run_content_is_final) for other content under a known id; check_violation naming '
    'the broken rule.';

COMMIT;
