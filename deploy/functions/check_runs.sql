-- Deploy btsql:functions/check_runs to pg
-- requires: functions/recomputed_digest
BEGIN;

CREATE FUNCTION btsql.check_runs()
RETURNS TABLE (run_id uuid, started_at timestamptz, recorded_at timestamptz)
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
AS $function$
BEGIN
    RETURN QUERY
    SELECT run.run_id, run.started_at, run.recorded_at
      FROM backtest_run AS run
     WHERE run.record_digest <> recomputed_digest(run)
        OR run.config_hash <> run_config_hash(run.strategy_path, run.parameters)
     ORDER BY run.run_id DESC;
END;
$function$;

COMMENT ON FUNCTION btsql.check_runs() IS
    'The runs that are not what was recorded any more (see check_run), newest first; no row when all are. Reads every '
    'run.';

COMMIT;
