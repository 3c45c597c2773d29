-- Deploy btsql:functions/record_interrupted to pg
-- requires: functions/record_run
-- requires: functions/run_lock_key
BEGIN;

CREATE FUNCTION btsql.record_interrupted(run_id uuid, reason text)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET search_path = btsql, pg_temp
SET lock_timeout = '5s'
AS $function$
DECLARE
    start_record jsonb;
BEGIN
    IF NOT pg_try_advisory_xact_lock(run_lock_key(record_interrupted.run_id)) THEN
        RAISE EXCEPTION 'run % is not interrupted: a session holds its lock', record_interrupted.run_id
            USING ERRCODE = 'object_in_use', HINT = 'End its process first, or wait until it has ended.';
    END IF;
    -- First the start record, then the run, as in record_run(): two that meet here wait for each other in one order.
    DELETE FROM run_in_progress AS started
     WHERE started.run_id = record_interrupted.run_id
    RETURNING started.record
         INTO start_record;
    IF NOT FOUND OR EXISTS (SELECT FROM backtest_run AS run WHERE run.run_id = record_interrupted.run_id) THEN
        RETURN false;
    END IF;
    PERFORM record_run(start_record || jsonb_build_object(
        'error', jsonb_build_object('type', 'process_gone', 'message', record_interrupted.reason)));
    RETURN true;
END;
$function$;

COMMENT ON FUNCTION btsql.record_interrupted(uuid, text) IS
    'Records a started run as interrupted and removes its start record; true when this call did so, false when the run '
    'is already recorded or unknown. The caller must know that the process of the run has ended. If it has not, the '
    'run''s own record later replaces this one. reason: becomes the message of the error. Raises object_in_use while a '
    'session holds the lock of the run.';

COMMIT;
