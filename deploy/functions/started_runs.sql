-- Deploy btsql:functions/started_runs to pg
-- requires: tables/run_in_progress
-- requires: tables/backtest_run
-- requires: functions/run_lock_key
-- requires: functions/short_id
BEGIN;

CREATE FUNCTION btsql.started_runs()
RETURNS TABLE (
    run_id        uuid,
    short_id      text,
    state         text,
    started_at    timestamptz,
    strategy_type text,
    strategy_name text,
    instruments   text[],
    process       jsonb)
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
SET lock_timeout = '5s'
AS $function$
BEGIN
    RETURN QUERY
    WITH held AS (
        SELECT (lock.classid::bigint << 32) | lock.objid::bigint AS key
          FROM pg_locks AS lock
         WHERE lock.locktype = 'advisory' AND lock.objsubid = 1 AND lock.granted AND lock.mode = 'ExclusiveLock'
           AND lock.database = (SELECT own.oid FROM pg_database AS own WHERE own.datname = current_database()))
    SELECT started.run_id, short_id(started.run_id),
           CASE WHEN started.backend_pid IS NULL THEN 'running?'
                WHEN run_lock_key(started.run_id) IN (SELECT held.key FROM held) THEN 'running'
                ELSE 'interrupted?' END,
           started.started_at, started.record ->> 'strategy_type',
           coalesce(started.record ->> 'strategy_name', started.record ->> 'strategy_type'),
           (SELECT array_agg(item.value #>> '{}' ORDER BY item.ordinality)
              FROM jsonb_array_elements(nullif(started.record -> 'instruments', 'null')) WITH ORDINALITY AS item),
           started.process
      FROM run_in_progress AS started
     WHERE NOT EXISTS (SELECT FROM backtest_run AS run WHERE run.run_id = started.run_id)
     ORDER BY started.run_id DESC;
END;
$function$;

COMMENT ON FUNCTION btsql.started_runs() IS
    'Runs that were started and are not recorded yet, newest first. state: running (its session holds its lock), '
    'interrupted? (the lock is gone, but the process may still be running), running? (no lock could be held, as '
    'through a transaction pooler). process: see run_in_progress.';

COMMIT;
