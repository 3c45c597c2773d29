-- Deploy btsql:types/history_run to pg
-- requires: schemas/btsql
BEGIN;

CREATE TYPE btsql.history_run AS (
    run_id             uuid,
    short_id           text,
    started_at         timestamptz,
    strategy_type      text,
    strategy_name      text,
    status             text,
    instruments        text[],
    data_start         timestamptz,
    data_end           timestamptz,
    changed_parameters jsonb,
    total_return       double precision,
    sharpe_ratio       double precision,
    max_drawdown       double precision,
    metric_changes     jsonb,
    metrics            jsonb
);

COMMENT ON TYPE btsql.history_run IS 'A run in the history of a strategy (see strategy_history).';
COMMENT ON COLUMN btsql.history_run.run_id IS 'Id of the run.';
COMMENT ON COLUMN btsql.history_run.short_id IS 'The last group of the run id, 12 hexadecimal digits.';
COMMENT ON COLUMN btsql.history_run.started_at IS 'When the execution began.';
COMMENT ON COLUMN btsql.history_run.strategy_type IS 'The kind of strategy.';
COMMENT ON COLUMN btsql.history_run.strategy_name IS 'The user''s label, by default the type.';
COMMENT ON COLUMN btsql.history_run.status IS 'success, failure or interrupted.';
COMMENT ON COLUMN btsql.history_run.instruments IS 'Instrument ids.';
COMMENT ON COLUMN btsql.history_run.data_start IS 'First instant of the data that was requested.';
COMMENT ON COLUMN btsql.history_run.data_end IS 'Last instant of the data that was requested.';
COMMENT ON COLUMN btsql.history_run.changed_parameters IS
    'The parameters that changed since the previous success: {name: {"before": value, "now": value}}; all of them when '
    'there is no success before.';
COMMENT ON COLUMN btsql.history_run.total_return IS 'Final equity / opening balance - 1; a fraction.';
COMMENT ON COLUMN btsql.history_run.sharpe_ratio IS 'Annualised Sharpe ratio of daily returns; a ratio.';
COMMENT ON COLUMN btsql.history_run.max_drawdown IS 'Deepest fall of daily equity; a fraction, zero or negative.';
COMMENT ON COLUMN btsql.history_run.metric_changes IS
    'The change of each metric since the previous success, in its unit, for the metrics that both runs have.';
COMMENT ON COLUMN btsql.history_run.metrics IS
    'Every metric of a success by its name, in its unit; null where it is undefined or rejected.';

COMMIT;
