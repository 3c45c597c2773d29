-- Deploy btsql:tables/run_parameter to pg
-- requires: tables/backtest_run
BEGIN;

CREATE TABLE btsql.run_parameter (
    run_id uuid  NOT NULL,
    name   text  NOT NULL,
    value  jsonb NOT NULL,

    -- Led by the value and ended by the time-ordered id: all runs with a value, newest first, are one range.
    CONSTRAINT run_parameter_pkey PRIMARY KEY (name, value, run_id),
    CONSTRAINT run_parameter_belongs_to_its_run
        FOREIGN KEY (run_id) REFERENCES btsql.backtest_run (run_id) ON DELETE CASCADE,
    -- Longer keys do not fit into the index; the longest stand-in for a number has 405 characters
    -- (see searchable_parameters).
    CONSTRAINT run_parameter_name_is_short CHECK (length(name) <= 200),
    CONSTRAINT run_parameter_value_is_short_and_scalar
        CHECK (jsonb_typeof(value) IN ('number', 'string', 'boolean') AND length(value #>> '{}') <= 405)
);

COMMENT ON TABLE btsql.run_parameter IS
    'Search index over the parameters of runs: the scalar ones, one row each, long values cut. The truth is '
    'backtest_run.parameters, by which every search decides; a row too many here is harmless.';
COMMENT ON COLUMN btsql.run_parameter.run_id IS 'The run that has the parameter.';
COMMENT ON COLUMN btsql.run_parameter.name IS 'Name of the parameter.';
COMMENT ON COLUMN btsql.run_parameter.value IS 'Its value, a JSON number, text or boolean; of a long one what stands in for it (searchable_parameters).';

COMMIT;
