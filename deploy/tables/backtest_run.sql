-- Deploy btsql:tables/backtest_run to pg
-- requires: functions/run_config_hash
-- requires: functions/epoch_milliseconds
-- requires: functions/run_id_milliseconds
BEGIN;

CREATE TABLE btsql.backtest_run (
    run_id                  uuid        NOT NULL,
    started_at              timestamptz NOT NULL,
    duration_seconds        numeric,
    status                  text        NOT NULL,
    strategy_type           text        NOT NULL,
    strategy_name           text        NOT NULL,
    strategy_path           text        NOT NULL,
    parameters              jsonb       NOT NULL,
    instruments             text[],
    data_start              timestamptz,
    data_end                timestamptz,
    initial_capital         numeric,
    currency                text,
    data_source             text,
    snapshot                jsonb       NOT NULL,
    environment             jsonb,
    error_type              text,
    error_message           text,
    error_traceback         text,
    origin_run_id           uuid,
    changes                 jsonb,
    engine_figures          jsonb,
    replaced_interrupted_at timestamptz,
    recorded_at             timestamptz NOT NULL DEFAULT transaction_timestamp(),
    record_digest           text        NOT NULL,
    config_hash             text        NOT NULL
        GENERATED ALWAYS AS (btsql.run_config_hash(strategy_path, parameters)) STORED,

    CONSTRAINT backtest_run_pkey PRIMARY KEY (run_id),
    -- What the child rows refer to: that their run is a success, of which type, and of the same transaction.
    CONSTRAINT backtest_run_metrics_key UNIQUE (run_id, recorded_at, status, strategy_type),

    CONSTRAINT backtest_run_id_is_version_7
        CHECK (substring(run_id::text FROM 15 FOR 1) = '7' AND substring(run_id::text FROM 20 FOR 1) IN ('8', '9', 'a', 'b')),
    CONSTRAINT backtest_run_id_carries_start
        CHECK (btsql.run_id_milliseconds(run_id) = btsql.epoch_milliseconds(started_at)),
    -- Years of four digits, in whatever zone they are shown: what reads the rows need not take others.
    CONSTRAINT backtest_run_start_is_in_range
        CHECK (started_at >= '1970-01-01 00:00:00+00' AND started_at < '9999-01-01 00:00:00+00'),
    CONSTRAINT backtest_run_status_is_final
        CHECK (status IN ('success', 'failure', 'interrupted')),
    CONSTRAINT backtest_run_duration_is_in_range
        CHECK (duration_seconds >= 0 AND duration_seconds < 1e12),
    CONSTRAINT backtest_run_duration_is_known
        CHECK (duration_seconds IS NOT NULL OR status = 'interrupted'),
    CONSTRAINT backtest_run_strategy_is_named
        CHECK (strategy_type ~ '\S' AND strategy_name ~ '\S'),
    -- An index cannot hold a text of any length.
    CONSTRAINT backtest_run_names_are_short
        CHECK (length(strategy_type) <= 200 AND length(strategy_name) <= 200),
    CONSTRAINT backtest_run_strategy_path_is_importable
        CHECK (strategy_path ~ '^[^\s:]+:\S+$'),
    CONSTRAINT backtest_run_documents_are_objects
        CHECK (jsonb_typeof(parameters) = 'object' AND jsonb_typeof(snapshot) = 'object'
               AND coalesce(jsonb_typeof(environment), 'object') = 'object'
               AND coalesce(jsonb_typeof(changes), 'object') = 'object'
               AND coalesce(jsonb_typeof(engine_figures), 'object') = 'object'),
    CONSTRAINT backtest_run_success_is_complete
        CHECK (status <> 'success'
               OR (instruments IS NOT NULL AND data_start IS NOT NULL AND data_end IS NOT NULL
                   AND initial_capital IS NOT NULL AND currency IS NOT NULL AND data_source IS NOT NULL)),
    CONSTRAINT backtest_run_instruments_are_named
        CHECK (cardinality(instruments) > 0 AND array_ndims(instruments) = 1
               AND array_position(instruments, NULL) IS NULL AND array_position(instruments, '') IS NULL),
    -- Nor can an index hold an instrument of any length; a path may look at each of them, as a subquery may not here.
    CONSTRAINT backtest_run_instrument_ids_are_short
        CHECK (NOT jsonb_path_exists(to_jsonb(instruments), '$[*] ? (@ like_regex "^.{201}" flag "s")')),
    CONSTRAINT backtest_run_data_years_have_four_digits
        CHECK (data_start >= '1000-01-01 00:00:00+00' AND data_start < '9999-01-01 00:00:00+00'
               AND data_end >= '1000-01-01 00:00:00+00' AND data_end < '9999-01-01 00:00:00+00'),
    CONSTRAINT backtest_run_data_range_is_ordered
        CHECK (data_start <= data_end),
    CONSTRAINT backtest_run_capital_is_in_range
        CHECK (initial_capital > 0 AND initial_capital < 1e30),
    CONSTRAINT backtest_run_currency_is_named
        CHECK (currency ~ '\S'),
    -- It is printed beside every amount.
    CONSTRAINT backtest_run_currency_is_short_and_plain
        CHECK (length(currency) <= 50 AND currency !~ '[\u0001-\u001f\u007f-\u009f]'),
    CONSTRAINT backtest_run_data_source_is_known
        CHECK (data_source IN ('csv', 'catalog', 'ibkr', 'mock', 'memory')),
    CONSTRAINT backtest_run_failure_has_error
        CHECK (status <> 'failure' OR (error_type IS NOT NULL AND error_message IS NOT NULL)),
    CONSTRAINT backtest_run_success_has_no_error
        CHECK (status <> 'success' OR num_nonnulls(error_type, error_message, error_traceback) = 0),
    CONSTRAINT backtest_run_origin_is_another_run
        CHECK (origin_run_id <> run_id),
    CONSTRAINT backtest_run_changes_have_an_origin
        CHECK (changes IS NULL OR origin_run_id IS NOT NULL),
    CONSTRAINT backtest_run_replacement_is_final
        CHECK (replaced_interrupted_at IS NULL OR error_type IS DISTINCT FROM 'process_gone')
);

COMMENT ON TABLE btsql.backtest_run IS
    'One row for each finished backtest, never changed once recorded, with one exception: when a run was recorded as '
    'interrupted but then finished after all, record_run() replaces the row with the real result.';
COMMENT ON COLUMN btsql.backtest_run.run_id IS 'UUID version 7; its milliseconds are those of started_at.';
COMMENT ON COLUMN btsql.backtest_run.started_at IS 'When the execution began; from 1970 to 9998.';
COMMENT ON COLUMN btsql.backtest_run.duration_seconds IS 'Wall time of the execution, in seconds; below 1e12.';
COMMENT ON COLUMN btsql.backtest_run.status IS 'How the run ended: success, failure or interrupted.';
COMMENT ON COLUMN btsql.backtest_run.strategy_type IS
    'The kind of strategy: a built-in name such as sma_crossover, or the class name of a user''s strategy.';
COMMENT ON COLUMN btsql.backtest_run.strategy_name IS
    'The user''s label, by default the type. Not part of the identity.';
COMMENT ON COLUMN btsql.backtest_run.strategy_path IS 'Import path of the strategy''s class, package.module:Class.';
COMMENT ON COLUMN btsql.backtest_run.parameters IS
    'The strategy''s parameters with all default values filled in, without labels; they identify the configuration, '
    'together with strategy_path.';
COMMENT ON COLUMN btsql.backtest_run.instruments IS
    'Instrument ids that were traded or subscribed to, of 200 characters at most.';
COMMENT ON COLUMN btsql.backtest_run.data_start IS
    'First instant of the data that was requested; from the year 1000 to 9998.';
COMMENT ON COLUMN btsql.backtest_run.data_end IS
    'Last instant of the data that was requested; from the year 1000 to 9998.';
COMMENT ON COLUMN btsql.backtest_run.initial_capital IS
    'Opening balance of the account that the returns are measured in, in the run''s currency; above 0 and below 1e30.';
COMMENT ON COLUMN btsql.backtest_run.currency IS
    'Currency code of every amount of money of this run; up to 50 characters, no control characters.';
COMMENT ON COLUMN btsql.backtest_run.data_source IS
    'Where the market data came from: csv, catalog, ibkr, mock, or memory (objects handed to the engine).';
COMMENT ON COLUMN btsql.backtest_run.snapshot IS
    'Everything needed to build the run again, and what could not be captured.';
COMMENT ON COLUMN btsql.backtest_run.environment IS 'What the run was executed with: versions, platform, host.';
COMMENT ON COLUMN btsql.backtest_run.error_type IS
    'Class of the exception that ended the run, or stopped_early when the engine stopped by itself.';
COMMENT ON COLUMN btsql.backtest_run.error_message IS 'Message of the exception that ended the run.';
COMMENT ON COLUMN btsql.backtest_run.error_traceback IS 'Full traceback of the exception that ended the run.';
COMMENT ON COLUMN btsql.backtest_run.origin_run_id IS
    'The run that this one reproduces or varies. It is kept even if that run is not recorded here, or was deleted.';
COMMENT ON COLUMN btsql.backtest_run.changes IS 'What was changed against the origin; NULL for a plain reproduction.';
COMMENT ON COLUMN btsql.backtest_run.engine_figures IS
    'The engine''s own statistics, unchanged; not comparable across engine versions. For a failure, the engine''s '
    'counts, which show how far it had come.';
COMMENT ON COLUMN btsql.backtest_run.replaced_interrupted_at IS
    'If this row replaced one that was recorded as interrupted: when that one had been recorded.';
COMMENT ON COLUMN btsql.backtest_run.recorded_at IS
    'Time of the transaction that recorded the run, set by a trigger; the child rows carry the same time.';
COMMENT ON COLUMN btsql.backtest_run.record_digest IS
    'SHA-256 over the whole record, 64 hexadecimal digits (see record_digest).';
COMMENT ON COLUMN btsql.backtest_run.config_hash IS
    'SHA-256 over strategy path and parameters, 64 hexadecimal digits (see run_config_hash).';

COMMIT;
