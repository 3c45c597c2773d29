-- Deploy btsql:functions/run_identity to pg
-- requires: functions/find_run
BEGIN;

CREATE FUNCTION btsql.run_identity(reference text)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
SET timezone = 'UTC'
AS $function$
DECLARE
    found_id CONSTANT uuid := find_run(run_identity.reference);
BEGIN
    RETURN (SELECT jsonb_strip_nulls(jsonb_build_object(
                       'run_id', run.run_id, 'strategy_path', run.strategy_path,
                       'instruments', run.instruments, 'data_start', run.data_start, 'data_end', run.data_end,
                       'initial_capital', run.initial_capital, 'currency', run.currency,
                       'data_source', run.data_source))
                   || jsonb_build_object(
                       'parameters', run.parameters, 'environment', coalesce(run.environment, '{}'),
                       'snapshot', jsonb_build_object(
                           'venues', run.snapshot -> 'venues', 'data', run.snapshot -> 'data',
                           'instruments', run.snapshot -> 'instruments', 'engine', run.snapshot -> 'engine',
                           'actors', run.snapshot -> 'actors', 'exec_algorithms', run.snapshot -> 'exec_algorithms',
                           'random_state', run.snapshot -> 'random_state'))
              FROM backtest_run AS run
             WHERE run.run_id = found_id);
END;
$function$;

COMMENT ON FUNCTION btsql.run_identity(text) IS
    'What find_duplicates() compares, for a recorded run: find_duplicates(run_identity(''@'')) finds other runs, not '
    'this one. reference: see find_run and what it raises.';

COMMIT;
