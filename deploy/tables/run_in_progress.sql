-- Deploy btsql:tables/run_in_progress to pg
-- requires: functions/epoch_milliseconds
-- requires: functions/run_id_milliseconds
BEGIN;

CREATE TABLE btsql.run_in_progress (
    run_id      uuid        NOT NULL,
    started_at  timestamptz NOT NULL,
    record      jsonb       NOT NULL,
    process     jsonb       NOT NULL,
    backend_pid integer,
    recorded_at timestamptz NOT NULL DEFAULT transaction_timestamp(),

    CONSTRAINT run_in_progress_pkey PRIMARY KEY (run_id),
    CONSTRAINT run_in_progress_id_carries_start
        CHECK (btsql.run_id_milliseconds(run_id) = btsql.epoch_milliseconds(started_at)),
    CONSTRAINT run_in_progress_start_is_in_range
        CHECK (started_at >= '1970-01-01 00:00:00+00' AND started_at < '9999-01-01 00:00:00+00'),
    CONSTRAINT run_in_progress_documents_are_objects
        CHECK (jsonb_typeof(record) = 'object' AND jsonb_typeof(process) = 'object')
);

COMMENT ON TABLE btsql.run_in_progress IS
    'One row for each backtest that was started and whose end is not recorded yet. record_run() and '
    'record_interrupted() delete it in the transaction that records the run. Whether such a run is still going on: see '
    'started_runs().';
COMMENT ON COLUMN btsql.run_in_progress.run_id IS 'The id that the run will be recorded under.';
COMMENT ON COLUMN btsql.run_in_progress.started_at IS 'When the execution began.';
COMMENT ON COLUMN btsql.run_in_progress.record IS
    'A record document of status interrupted: it is recorded if the run never reports its end.';
COMMENT ON COLUMN btsql.run_in_progress.process IS
    'The process that executes the run, as far as its system tells: host, boot_id, pid_namespace, process_id, '
    'process_start (clock ticks since boot).';
COMMENT ON COLUMN btsql.run_in_progress.backend_pid IS
    'The process id, on the server, of the session that took the lock of the run (see run_lock_key); NULL where no '
    'lock could be held, as through a transaction pooler.';
COMMENT ON COLUMN btsql.run_in_progress.recorded_at IS 'Time of the transaction that recorded the start.';

COMMIT;
