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
        CHECK (jsonb_typeof(value) IN ('number', 'string', 'boolean', 'null') AND length(value #>> '{}') <= 405)
);

COMMENT ON TABLE btsql.run_parameter IS
    'Search index over the parameters of runs: one row for each (but those with a name of more than 200 characters), '
    'without arrays, objects and the rest of long values. Every search still checks backtest_run.parameters, so an '
    'extra row here does no harm.';
COMMENT ON COLUMN btsql.run_parameter.run_id IS 'The run that has the parameter.';
COMMENT ON COLUMN btsql.run_parameter.name IS 'Name of the parameter.';
COMMENT ON COLUMN btsql.run_parameter.value IS
    'The value, a JSON number, text, boolean or null, which also stands for arrays and objects; a long one is replaced '
    'by a shorter one (see searchable_parameters).';

COMMIT;
