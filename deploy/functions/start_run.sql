-- Deploy btsql:functions/start_run to pg
-- requires: triggers/run_in_progress
-- requires: functions/check_json
-- requires: functions/check_record
-- requires: functions/run_of
-- requires: functions/run_lock_key
BEGIN;

CREATE FUNCTION btsql.start_run(record jsonb, process jsonb DEFAULT '{}', backend_pid integer DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET search_path = btsql, pg_temp
SET lock_timeout = '5s'
AS $function$
DECLARE
    run       backtest_run;
    -- A pooler gives its client a made-up process id: a lock would stay with whichever server session this is.
    is_direct CONSTANT boolean := coalesce(start_run.backend_pid = pg_backend_pid(), false);
    is_locked boolean := false;
BEGIN
    PERFORM check_record(start_run.record);
    PERFORM check_json(start_run.process, 'the process');
    run := run_of(start_run.record);
    IF run.status <> 'interrupted' THEN
        RAISE EXCEPTION 'key "status" of the record is ''%'', and a run that starts has not ended', run.status
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give interrupted: what the run is if nothing more is heard of it.';
    ELSIF EXISTS (SELECT FROM backtest_run AS recorded WHERE recorded.run_id = run.run_id) THEN
        RETURN false;
    END IF;

    IF is_direct THEN
        is_locked := pg_try_advisory_lock(run_lock_key(run.run_id));
        -- A client that disappears is noticed within a minute, not after hours; a Unix socket does not need this.
        PERFORM set_config(setting.name, setting.value, false)
           FROM (VALUES ('tcp_keepalives_idle', '30'), ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '3'))
                AS setting (name, value);
    END IF;
    INSERT INTO run_in_progress (run_id, started_at, record, process, backend_pid)
    VALUES (run.run_id, run.started_at, start_run.record || jsonb_build_object('run_id', run.run_id),
            coalesce(start_run.process, '{}'), CASE WHEN is_locked THEN start_run.backend_pid END)
        ON CONFLICT ON CONSTRAINT run_in_progress_pkey DO NOTHING;
    -- record_run() releases one lock only: the one of the session named in the row.
    IF is_locked AND NOT FOUND THEN
        PERFORM pg_advisory_unlock(run_lock_key(run.run_id));
        RETURN false;
    END IF;
    RETURN is_locked;
END;
$function$;

COMMENT ON FUNCTION btsql.start_run(jsonb, jsonb, integer) IS
    'Records that a backtest starts, before its engine runs. record: a record document of status interrupted. process: '
    'see run_in_progress. backend_pid: the process id of the server session, as the client received it when it '
    'connected; if that is this session, it takes the lock of the run and keeps it until record_run() or until the '
    'session ends. True when the lock was taken. A run that is already recorded or started stays as it is. Raises what '
    'record_run() raises for a malformed record.';

COMMIT;
