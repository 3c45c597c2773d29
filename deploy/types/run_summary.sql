-- Deploy btsql:types/run_summary to pg
-- requires: schemas/btsql
BEGIN;

CREATE TYPE btsql.run_summary AS (
    run_id           uuid,
    short_id         text,
    started_at       timestamptz,
    duration_seconds numeric,
    status           text,
    strategy_type    text,
    strategy_name    text,
    instruments      text[],
    data_start       timestamptz,
    data_end         timestamptz,
    initial_capital  numeric,
    currency         text,
    total_return     double precision,
    sharpe_ratio     double precision,
    max_drawdown     double precision,
    total_trades     integer,
    error_type       text,
    parameters       jsonb,
    sort_value       double precision
);

COMMENT ON TYPE btsql.run_summary IS 'A run in a listing (see list_runs).';
COMMENT ON COLUMN btsql.run_summary.run_id IS 'Id of the run.';
COMMENT ON COLUMN btsql.run_summary.short_id IS
    'First digits of the last group of the run id, as many as are needed to tell the rows apart, at least 8.';
COMMENT ON COLUMN btsql.run_summary.started_at IS 'When the execution began.';
COMMENT ON COLUMN btsql.run_summary.duration_seconds IS 'Wall time, in seconds.';
COMMENT ON COLUMN btsql.run_summary.status IS 'success, failure or interrupted.';
COMMENT ON COLUMN btsql.run_summary.strategy_type IS 'The kind of strategy.';
COMMENT ON COLUMN btsql.run_summary.strategy_name IS 'The user''s label, by default the type.';
COMMENT ON COLUMN btsql.run_summary.instruments IS 'Instrument ids.';
COMMENT ON COLUMN btsql.run_summary.data_start IS 'First instant of the data that was requested.';
COMMENT ON COLUMN btsql.run_summary.data_end IS 'Last instant of the data that was requested.';
COMMENT ON COLUMN btsql.run_summary.initial_capital IS 'Opening balance; in currency.';
COMMENT ON COLUMN btsql.run_summary.currency IS 'Currency code of the run''s money.';
COMMENT ON COLUMN btsql.run_summary.total_return IS 'Final equity / opening balance - 1; a fraction.';
COMMENT ON COLUMN btsql.run_summary.sharpe_ratio IS 'Annualised Sharpe ratio of daily returns; a ratio.';
COMMENT ON COLUMN btsql.run_summary.max_drawdown IS
    'Deepest fall of daily equity from its maximum; a fraction, zero or negative.';
COMMENT ON COLUMN btsql.run_summary.total_trades IS 'Finished trades; a count.';
COMMENT ON COLUMN btsql.run_summary.error_type IS 'Class of the exception that ended the run.';
COMMENT ON COLUMN btsql.run_summary.parameters IS 'The parameters of the run.';
COMMENT ON COLUMN btsql.run_summary.sort_value IS
    'The metric that the listing is sorted by: a fraction, a ratio, a count or money in currency; NULL when sorted by '
    'started_at.';

COMMIT;
