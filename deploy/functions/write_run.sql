-- Deploy btsql:functions/write_run to pg
-- requires: tables/backtest_run
-- requires: triggers/backtest_run
BEGIN;

CREATE FUNCTION btsql.write_run(run btsql.backtest_run)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    known record;
BEGIN
    LOOP
        INSERT INTO backtest_run (
            run_id, started_at, duration_seconds, status, strategy_type, strategy_name, strategy_path, parameters,
            instruments, data_start, data_end, initial_capital, currency, data_source, snapshot, environment,
            error_type, error_message, error_traceback, origin_run_id, changes, engine_figures, record_digest)
        VALUES (
            run.run_id, run.started_at, run.duration_seconds, run.status, run.strategy_type, run.strategy_name,
            run.strategy_path, run.parameters, run.instruments, run.data_start, run.data_end, run.initial_capital,
            run.currency, run.data_source, run.snapshot, run.environment, run.error_type, run.error_message,
            run.error_traceback, run.origin_run_id, run.changes, run.engine_figures, run.record_digest)
        ON CONFLICT (run_id) DO NOTHING;
        IF FOUND THEN
            RETURN true;
        END IF;

        -- Read without a lock first: sending the same record again must not wait for someone who adds a note to it.
        SELECT recorded.status, recorded.error_type, recorded.record_digest
          INTO known
          FROM backtest_run AS recorded
         WHERE recorded.run_id = write_run.run.run_id;
        IF known.status = 'interrupted' AND known.error_type = 'process_gone'
           AND run.error_type IS DISTINCT FROM 'process_gone' THEN
            SELECT recorded.status, recorded.error_type, recorded.record_digest
              INTO known
              FROM backtest_run AS recorded
             WHERE recorded.run_id = write_run.run.run_id
               FOR NO KEY UPDATE;
        END IF;
        EXIT WHEN FOUND; -- else it has been deleted meanwhile
    END LOOP;

    IF known.record_digest = run.record_digest THEN
        RETURN false;
    -- That its process was gone is what others said of the run; any other ending is its own word, and final.
    ELSIF known.status <> 'interrupted' OR known.error_type IS DISTINCT FROM 'process_gone'
          OR run.error_type = 'process_gone' THEN
        RAISE EXCEPTION 'run % is already recorded as %, with other content', run.run_id, known.status
            USING ERRCODE = 'unique_violation', SCHEMA = 'btsql', TABLE = 'backtest_run',
                  CONSTRAINT = 'backtest_run_content_is_final',
                  HINT = 'What is recorded is never changed. Record a new run under a new id.';
    END IF;

    UPDATE backtest_run AS recorded
       SET started_at = run.started_at, duration_seconds = run.duration_seconds, status = run.status,
           strategy_type = run.strategy_type,
           strategy_name = run.strategy_name, strategy_path = run.strategy_path, parameters = run.parameters,
           instruments = run.instruments, data_start = run.data_start, data_end = run.data_end,
           initial_capital = run.initial_capital, currency = run.currency, data_source = run.data_source,
           snapshot = run.snapshot, environment = run.environment, error_type = run.error_type,
           error_message = run.error_message, error_traceback = run.error_traceback,
           origin_run_id = run.origin_run_id, changes = run.changes, engine_figures = run.engine_figures,
           record_digest = run.record_digest, replaced_interrupted_at = recorded.recorded_at
     WHERE recorded.run_id = write_run.run.run_id;
    RETURN true;
END;
$function$;

COMMENT ON FUNCTION btsql.write_run(btsql.backtest_run) IS
    'Writes the run''s own row for record_run(). True when it was written, as a new row or in place of one that was '
    'recorded as interrupted because its process was gone; false when the same record is already there. Raises '
    'unique_violation (backtest_run_content_is_final) when other content is recorded under the id.';

COMMIT;
