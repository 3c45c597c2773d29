-- Deploy btsql:functions/run_config to pg
-- requires: functions/find_run
BEGIN;

CREATE FUNCTION btsql.run_config(reference text)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    found_id CONSTANT uuid := find_run(run_config.reference);
BEGIN
    RETURN (SELECT run.snapshot
              FROM backtest_run AS run
             WHERE run.run_id = found_id);
END;
$function$;

COMMENT ON FUNCTION btsql.run_config(text) IS
    'The stored snapshot of one run, as it was when the run was recorded: what is needed to build the run again, and '
    'what could not be captured. reference: see find_run, which raises no_data_found, cardinality_violation, '
    'invalid_parameter_value.';

COMMIT;
