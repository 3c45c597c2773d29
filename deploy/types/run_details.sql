-- Deploy btsql:types/run_details to pg
-- requires: schemas/btsql
BEGIN;

CREATE TYPE btsql.run_details AS (
    run_id                  uuid,
    short_id                text,
    status                  text,
    started_at              timestamptz,
    duration_seconds        numeric,
    strategy_type           text,
    strategy_name           text,
    strategy_path           text,
    parameters              jsonb,
    instruments             text[],
    data_start              timestamptz,
    data_end                timestamptz,
    data_source             text,
    initial_capital         numeric,
    currency                text,
    total_return            double precision,
    cagr                    double precision,
    annualized_return       double precision,
    sharpe_ratio            double precision,
    sortino_ratio           double precision,
    max_drawdown            double precision,
    volatility              double precision,
    total_trades            integer,
    winning_trades          integer,
    losing_trades           integer,
    win_rate                double precision,
    profit_factor           double precision,
    average_win             double precision,
    average_loss            double precision,
    final_equity            double precision,
    net_profit              double precision,
    periods_per_year        integer,
    rejected_metrics        jsonb,
    engine_figures          jsonb,
    error_type              text,
    error_message           text,
    error_traceback         text,
    origin_run_id           uuid,
    changes                 jsonb,
    snapshot                jsonb,
    environment             jsonb,
    config_hash             text,
    record_digest           text,
    recorded_at             timestamptz,
    replaced_interrupted_at timestamptz,
    tags                    text[],
    annotations             jsonb
);

COMMENT ON TYPE btsql.run_details IS 'All that is recorded of one run (see get_run).';
COMMENT ON COLUMN btsql.run_details.run_id IS 'Id of the run.';
COMMENT ON COLUMN btsql.run_details.short_id IS 'The last group of the run id, 12 hexadecimal digits.';
COMMENT ON COLUMN btsql.run_details.status IS 'success, failure or interrupted.';
COMMENT ON COLUMN btsql.run_details.started_at IS 'When the execution began.';
COMMENT ON COLUMN btsql.run_details.duration_seconds IS 'Wall time, in seconds.';
COMMENT ON COLUMN btsql.run_details.strategy_type IS 'The kind of strategy.';
COMMENT ON COLUMN btsql.run_details.strategy_name IS 'The user''s label, by default the type.';
COMMENT ON COLUMN btsql.run_details.strategy_path IS 'Import path of the strategy''s class.';
COMMENT ON COLUMN btsql.run_details.parameters IS 'The strategy''s parameters, with all default values filled in.';
COMMENT ON COLUMN btsql.run_details.instruments IS 'Instrument ids.';
COMMENT ON COLUMN btsql.run_details.data_start IS 'First instant of the data that was requested.';
COMMENT ON COLUMN btsql.run_details.data_end IS 'Last instant of the data that was requested.';
COMMENT ON COLUMN btsql.run_details.data_source IS 'csv, catalog, ibkr, mock or memory.';
COMMENT ON COLUMN btsql.run_details.initial_capital IS 'Opening balance; in currency.';
COMMENT ON COLUMN btsql.run_details.currency IS 'Currency code of the run''s money.';
COMMENT ON COLUMN btsql.run_details.total_return IS 'Final equity / opening balance - 1; a fraction.';
COMMENT ON COLUMN btsql.run_details.cagr IS 'Compound annual growth rate over calendar days; a fraction a year.';
COMMENT ON COLUMN btsql.run_details.annualized_return IS
    'Total return compounded over a year of trading days; a fraction a year.';
COMMENT ON COLUMN btsql.run_details.sharpe_ratio IS 'Annualised Sharpe ratio of daily returns; a ratio.';
COMMENT ON COLUMN btsql.run_details.sortino_ratio IS 'Annualised Sortino ratio of daily returns; a ratio.';
COMMENT ON COLUMN btsql.run_details.max_drawdown IS
    'Deepest fall of daily equity from its maximum; a fraction, zero or negative.';
COMMENT ON COLUMN btsql.run_details.volatility IS 'Annualised standard deviation of daily returns; a fraction.';
COMMENT ON COLUMN btsql.run_details.total_trades IS 'Finished trades; a count.';
COMMENT ON COLUMN btsql.run_details.winning_trades IS 'Trades with a profit after costs; a count.';
COMMENT ON COLUMN btsql.run_details.losing_trades IS 'Trades with a loss after costs; a count.';
COMMENT ON COLUMN btsql.run_details.win_rate IS 'winning_trades / total_trades; a fraction.';
COMMENT ON COLUMN btsql.run_details.profit_factor IS 'Gross profit / gross loss; a ratio.';
COMMENT ON COLUMN btsql.run_details.average_win IS 'Mean profit of the winning trades; in currency.';
COMMENT ON COLUMN btsql.run_details.average_loss IS 'Mean loss of the losing trades, zero or negative; in currency.';
COMMENT ON COLUMN btsql.run_details.final_equity IS
    'Equity at the end, open positions marked to market; in currency.';
COMMENT ON COLUMN btsql.run_details.net_profit IS 'Final equity - opening balance; in currency.';
COMMENT ON COLUMN btsql.run_details.periods_per_year IS
    'Trading days a year that annualised figures assume; a count.';
COMMENT ON COLUMN btsql.run_details.rejected_metrics IS 'Why a metric is NULL: {metric: {reported_value, reason}}.';
COMMENT ON COLUMN btsql.run_details.engine_figures IS 'The engine''s own statistics, unchanged.';
COMMENT ON COLUMN btsql.run_details.error_type IS 'Class of the exception that ended the run.';
COMMENT ON COLUMN btsql.run_details.error_message IS 'Message of the exception that ended the run.';
COMMENT ON COLUMN btsql.run_details.error_traceback IS 'Full traceback of the exception that ended the run.';
COMMENT ON COLUMN btsql.run_details.origin_run_id IS 'The run that this one reproduces or varies.';
COMMENT ON COLUMN btsql.run_details.changes IS 'What was changed against the origin; NULL for a plain reproduction.';
COMMENT ON COLUMN btsql.run_details.snapshot IS
    'Everything needed to build the run again, and what could not be captured.';
COMMENT ON COLUMN btsql.run_details.environment IS 'Versions, platform, host.';
COMMENT ON COLUMN btsql.run_details.config_hash IS 'Identity of the configuration, 64 hexadecimal digits.';
COMMENT ON COLUMN btsql.run_details.record_digest IS 'Digest of the whole record, 64 hexadecimal digits.';
COMMENT ON COLUMN btsql.run_details.recorded_at IS 'When the run was recorded.';
COMMENT ON COLUMN btsql.run_details.replaced_interrupted_at IS
    'If this run was first recorded as interrupted: when that had been recorded.';
COMMENT ON COLUMN btsql.run_details.tags IS 'The tags that the run has now, in alphabetical order.';
COMMENT ON COLUMN btsql.run_details.annotations IS
    'Notes, and tags added and removed, oldest first: [{annotated_at, kind, content}], of kind note, tag or untag.';

COMMIT;
