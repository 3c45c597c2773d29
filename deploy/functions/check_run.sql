-- Deploy btsql:functions/check_run to pg
-- requires: functions/recomputed_digest
-- requires: functions/find_run
BEGIN;

CREATE FUNCTION btsql.check_run(reference text)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    found_id CONSTANT uuid := find_run(check_run.reference);
BEGIN
    RETURN (SELECT run.record_digest = recomputed_digest(run)
                   AND run.config_hash = run_config_hash(run.strategy_path, run.parameters)
              FROM backtest_run AS run
             WHERE run.run_id = found_id);
END;
$function$;

COMMENT ON FUNCTION btsql.check_run(text) IS
    'Whether a run is still what was recorded: true when the digest recomputed from its rows is the one stored with it. '
    'It shows a careless change behind the triggers'' back; it does not stop a superuser, who can write the digest too, '
    'and does not cover the search index run_parameter. '
    'reference: see find_run and what it raises.';

COMMIT;
