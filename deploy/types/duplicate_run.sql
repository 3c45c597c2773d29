-- Deploy btsql:types/duplicate_run to pg
-- requires: schemas/btsql
BEGIN;

CREATE TYPE btsql.duplicate_run AS (
    run_id       uuid,
    short_id     text,
    started_at   timestamptz,
    total_return double precision,
    sharpe_ratio double precision,
    max_drawdown double precision,
    differences  jsonb
);

COMMENT ON TYPE btsql.duplicate_run IS
    'A run with the same configuration, or nearly the same (see find_duplicates, find_near_duplicates).';
COMMENT ON COLUMN btsql.duplicate_run.run_id IS 'Id of the run.';
COMMENT ON COLUMN btsql.duplicate_run.short_id IS 'The last group of the run id, 12 hexadecimal digits.';
COMMENT ON COLUMN btsql.duplicate_run.started_at IS 'When the execution began.';
COMMENT ON COLUMN btsql.duplicate_run.total_return IS 'Final equity / opening balance - 1; a fraction.';
COMMENT ON COLUMN btsql.duplicate_run.sharpe_ratio IS 'Annualised Sharpe ratio of daily returns; a ratio.';
COMMENT ON COLUMN btsql.duplicate_run.max_drawdown IS
    'Deepest fall of daily equity from its maximum; a fraction, zero or negative.';
COMMENT ON COLUMN btsql.duplicate_run.differences IS
    'What differs: {name: {"wanted": value, "recorded": value}}. A side that does not have the name is left out.';

COMMIT;
