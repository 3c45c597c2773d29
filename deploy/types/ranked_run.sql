-- Deploy btsql:types/ranked_run to pg
-- requires: schemas/btsql
BEGIN;

CREATE TYPE btsql.ranked_run AS (
    rank          bigint,
    run_id        uuid,
    short_id      text,
    value         double precision,
    strategy_name text,
    instruments   text[],
    data_start    timestamptz,
    data_end      timestamptz,
    currency      text,
    parameters    jsonb,
    total_return  double precision,
    sharpe_ratio  double precision,
    max_drawdown  double precision,
    total_trades  integer,
    metrics       jsonb
);

COMMENT ON TYPE btsql.ranked_run IS 'A run in a ranking (see best_runs).';
COMMENT ON COLUMN btsql.ranked_run.rank IS 'Place in the ranking, a count from 1 for the best.';
COMMENT ON COLUMN btsql.ranked_run.run_id IS 'Id of the run.';
COMMENT ON COLUMN btsql.ranked_run.short_id IS 'First digits of the last group of the run id, at least 8.';
COMMENT ON COLUMN btsql.ranked_run.value IS
    'The metric that the ranking is by: a fraction, a ratio or money in the run''s currency.';
COMMENT ON COLUMN btsql.ranked_run.strategy_name IS 'The user''s label, by default the type.';
COMMENT ON COLUMN btsql.ranked_run.instruments IS 'Instrument ids.';
COMMENT ON COLUMN btsql.ranked_run.data_start IS 'First instant of the data that was requested.';
COMMENT ON COLUMN btsql.ranked_run.data_end IS 'Last instant of the data that was requested.';
COMMENT ON COLUMN btsql.ranked_run.currency IS 'Currency of the money in value and metrics, by its code.';
COMMENT ON COLUMN btsql.ranked_run.parameters IS 'The parameters of the run.';
COMMENT ON COLUMN btsql.ranked_run.total_return IS 'Final equity / opening balance - 1; a fraction.';
COMMENT ON COLUMN btsql.ranked_run.sharpe_ratio IS 'Annualised Sharpe ratio of daily returns; a ratio.';
COMMENT ON COLUMN btsql.ranked_run.max_drawdown IS 'Deepest fall of daily equity; a fraction, zero or negative.';
COMMENT ON COLUMN btsql.ranked_run.total_trades IS 'Finished trades; a count.';
COMMENT ON COLUMN btsql.ranked_run.metrics IS 'Every metric by its name, in its unit; null where it is undefined or rejected.';

COMMIT;
