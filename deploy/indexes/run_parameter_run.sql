-- Deploy btsql:indexes/run_parameter_run to pg
-- requires: tables/run_parameter
BEGIN;

-- Runs arrive in the order of their ids, so a block range index finds the few pages of one run at next to no size.
CREATE INDEX run_parameter_run
    ON btsql.run_parameter USING brin (run_id) WITH (pages_per_range = 16, autosummarize = on);

COMMENT ON INDEX btsql.run_parameter_run IS 'Finds the rows of a run that is deleted or checked.';

COMMIT;
