-- Deploy btsql:tables/performance_metrics to pg
-- requires: tables/backtest_run
BEGIN;

CREATE TABLE btsql.performance_metrics (
    run_id            uuid        NOT NULL,
    recorded_at       timestamptz NOT NULL DEFAULT transaction_timestamp(),
    status            text        NOT NULL DEFAULT 'success',
    strategy_type     text        NOT NULL,
    total_return      double precision,
    cagr              double precision,
    annualized_return double precision,
    sharpe_ratio      double precision,
    sortino_ratio     double precision,
    max_drawdown      double precision,
    volatility        double precision,
    total_trades      integer,
    winning_trades    integer,
    losing_trades     integer,
    win_rate          double precision,
    profit_factor     double precision,
    average_win       double precision,
    average_loss      double precision,
    final_equity      double precision,
    net_profit        double precision,
    periods_per_year  integer,

    CONSTRAINT performance_metrics_pkey PRIMARY KEY (run_id),
    -- Metrics exist for a success only, arrive in its transaction, and name its strategy type truly.
    CONSTRAINT performance_metrics_belong_to_their_run
        FOREIGN KEY (run_id, recorded_at, status, strategy_type)
        REFERENCES btsql.backtest_run (run_id, recorded_at, status, strategy_type)
        ON DELETE CASCADE,
    -- What the rejected metrics refer to.
    CONSTRAINT performance_metrics_rejected_key UNIQUE (run_id, recorded_at),
    CONSTRAINT performance_metrics_run_is_a_success CHECK (status = 'success'),

    -- BETWEEN is false for NaN, and so is < 'Infinity': PostgreSQL sorts NaN above everything.
    CONSTRAINT performance_metrics_total_return_in_range CHECK (total_return BETWEEN -1 AND 100),
    CONSTRAINT performance_metrics_cagr_in_range CHECK (cagr BETWEEN -1 AND 100),
    CONSTRAINT performance_metrics_annualized_return_in_range CHECK (annualized_return BETWEEN -1 AND 100),
    CONSTRAINT performance_metrics_sharpe_ratio_in_range CHECK (sharpe_ratio BETWEEN -10 AND 10),
    CONSTRAINT performance_metrics_sortino_ratio_in_range CHECK (sortino_ratio BETWEEN -100 AND 100),
    CONSTRAINT performance_metrics_max_drawdown_in_range CHECK (max_drawdown BETWEEN -1 AND 0),
    CONSTRAINT performance_metrics_volatility_in_range CHECK (volatility BETWEEN 0 AND 100),
    CONSTRAINT performance_metrics_total_trades_in_range CHECK (total_trades >= 0),
    CONSTRAINT performance_metrics_winning_trades_in_range CHECK (winning_trades >= 0),
    CONSTRAINT performance_metrics_losing_trades_in_range CHECK (losing_trades >= 0),
    CONSTRAINT performance_metrics_trades_add_up CHECK (winning_trades + losing_trades <= total_trades),
    CONSTRAINT performance_metrics_win_rate_in_range CHECK (win_rate BETWEEN 0 AND 1),
    CONSTRAINT performance_metrics_win_rate_is_wins_of_total
        CHECK (abs(win_rate * total_trades - winning_trades) <= 1e-6 * greatest(total_trades, 1)),
    CONSTRAINT performance_metrics_profit_factor_in_range CHECK (profit_factor BETWEEN 0 AND 1000000),
    CONSTRAINT performance_metrics_average_win_in_range CHECK (average_win >= 0 AND average_win < 'Infinity'),
    CONSTRAINT performance_metrics_average_loss_in_range CHECK (average_loss <= 0 AND average_loss > '-Infinity'),
    CONSTRAINT performance_metrics_final_equity_in_range
        CHECK (final_equity > '-Infinity' AND final_equity < 'Infinity'),
    CONSTRAINT performance_metrics_net_profit_in_range CHECK (net_profit > '-Infinity' AND net_profit < 'Infinity'),
    CONSTRAINT performance_metrics_periods_per_year_is_known CHECK (periods_per_year IN (252, 365))
);

COMMENT ON TABLE btsql.performance_metrics IS
    'The metrics of a successful run, one row for each run, never changed. NULL means undefined or rejected: '
    'rejected_metric has the reason. Returns, drawdown, volatility and win rate are fractions (0.05 is 5 %).';
COMMENT ON COLUMN btsql.performance_metrics.run_id IS 'The run that these metrics belong to.';
COMMENT ON COLUMN btsql.performance_metrics.recorded_at IS 'Time of the recording transaction, as in the run itself.';
COMMENT ON COLUMN btsql.performance_metrics.status IS
    'Always success: the foreign key allows metrics for no other run.';
COMMENT ON COLUMN btsql.performance_metrics.strategy_type IS
    'Copy of the run''s strategy_type, kept equal by the foreign key; rankings within a type read only this table.';
COMMENT ON COLUMN btsql.performance_metrics.total_return IS 'Final equity / opening balance - 1; a fraction.';
COMMENT ON COLUMN btsql.performance_metrics.cagr IS
    'Compound annual growth rate over calendar days; a fraction a year.';
COMMENT ON COLUMN btsql.performance_metrics.annualized_return IS
    'Total return compounded over periods_per_year trading days; a fraction a year.';
COMMENT ON COLUMN btsql.performance_metrics.sharpe_ratio IS
    'Annualised mean of the daily returns / their standard deviation, risk-free rate 0; a ratio.';
COMMENT ON COLUMN btsql.performance_metrics.sortino_ratio IS
    'Annualised mean of the daily returns / their downside deviation, target 0; a ratio.';
COMMENT ON COLUMN btsql.performance_metrics.max_drawdown IS
    'Deepest fall of daily equity from its running maximum; a fraction, zero or negative.';
COMMENT ON COLUMN btsql.performance_metrics.volatility IS
    'Annualised standard deviation of daily returns; a fraction.';
COMMENT ON COLUMN btsql.performance_metrics.total_trades IS
    'Finished trades, each from no position back to no position; a count.';
COMMENT ON COLUMN btsql.performance_metrics.winning_trades IS 'Trades with a profit after costs; a count.';
COMMENT ON COLUMN btsql.performance_metrics.losing_trades IS 'Trades with a loss after costs; a count.';
COMMENT ON COLUMN btsql.performance_metrics.win_rate IS 'winning_trades / total_trades; a fraction.';
COMMENT ON COLUMN btsql.performance_metrics.profit_factor IS 'Gross profit / gross loss; a ratio.';
COMMENT ON COLUMN btsql.performance_metrics.average_win IS 'Mean profit of the winning trades; in the run''s currency.';
COMMENT ON COLUMN btsql.performance_metrics.average_loss IS
    'Mean loss of the losing trades, zero or negative; in the run''s currency.';
COMMENT ON COLUMN btsql.performance_metrics.final_equity IS
    'Equity at the end, open positions marked to market; in the run''s currency.';
COMMENT ON COLUMN btsql.performance_metrics.net_profit IS 'Final equity - opening balance; in the run''s currency.';
COMMENT ON COLUMN btsql.performance_metrics.periods_per_year IS
    'Trading days a year that the annualised figures assume: 252, or 365 for markets that trade at weekends.';

COMMIT;
