-- Tests of functions/start_run. What becomes of a started run: functions/record_run.sql, functions/record_interrupted.sql.
BEGIN;
\ir ../fixtures.psql
SELECT plan(23);

SELECT has_function('btsql', 'start_run', ARRAY['jsonb', 'jsonb', 'integer']);
SELECT function_returns('btsql', 'start_run', ARRAY['jsonb', 'jsonb', 'integer'], 'boolean');
SELECT function_lang_is('btsql', 'start_run', ARRAY['jsonb', 'jsonb', 'integer'], 'plpgsql');
SELECT volatility_is('btsql', 'start_run', ARRAY['jsonb', 'jsonb', 'integer'], 'volatile');

CREATE FUNCTION pg_temp.locks()
RETURNS bigint
LANGUAGE sql
AS $$
    SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted AND objsubid = 1
       AND (classid::bigint << 32) | objid::bigint
           = btsql.run_lock_key((pg_temp.interrupted_record() ->> 'run_id')::uuid);
$$;

SELECT is(start_run(pg_temp.interrupted_record(), '{"host": "here"}', pg_backend_pid()), true,
          'over a connection of its own the session takes the lock');
SELECT is(pg_temp.locks(), 1::bigint, 'and holds it');
SELECT results_eq(
    'SELECT run_id::text, started_at, record, process, backend_pid FROM run_in_progress',
    $$ SELECT '019cade2-123b-7abc-8def-a1b2c3d4e5f6', timestamptz '2026-03-02 09:30:00.123456+00',
              pg_temp.interrupted_record(), jsonb '{"host": "here"}', pg_backend_pid() $$,
    'the start is recorded as it was given');
SELECT is(current_setting('lock_timeout'), '0', 'its time limit for locks ends with it');
SELECT is(start_run(pg_temp.interrupted_record('{"strategy_type": "other"}')), false, 'the same run again');
SELECT is(record ->> 'strategy_type', 'sma_crossover', 'changes nothing') FROM run_in_progress;
SELECT is(start_run(pg_temp.interrupted_record(), '{}', pg_backend_pid()), false, 'nor takes the lock once more');

SELECT is(record_run(pg_temp.success_record())::text, '019cade2-123b-7abc-8def-a1b2c3d4e5f6', 'it ends');
SELECT is(pg_temp.locks(), 0::bigint, 'and the lock is let go');
SELECT is(start_run(pg_temp.interrupted_record(), '{}', pg_backend_pid()), false, 'a run that is recorded does not start');
SELECT is_empty('SELECT run_id FROM run_in_progress', 'nor leaves it anything behind');

SELECT is(start_run(pg_temp.interrupted_record('{"started_at": "2026-03-02T09:31:00Z"}'), NULL, pg_backend_pid() + 1), false,
          'through a pooler, which tells of another server process, no lock is taken');
SELECT is(backend_pid, NULL, 'and the row says so') FROM run_in_progress;
SELECT is(start_run(pg_temp.interrupted_record('{"started_at": "2026-03-02T09:31:00Z"}'), '{}', pg_backend_pid()), false,
          'nor does who starts it once more hold a lock that nobody would let go');
SELECT is(start_run(pg_temp.interrupted_record('{"started_at": "2026-03-02T09:32:00Z"}') - 'run_id'), false,
          'a run without an id is given one');
SELECT is(count(*), 2::bigint, 'in its record too') FROM run_in_progress WHERE record ->> 'run_id' = run_id::text;

SELECT is(pg_temp.refusal(statement), '22023', label)
  FROM (VALUES
        ('a malformed record is refused', $$ SELECT start_run(pg_temp.interrupted_record() - 'snapshot') $$),
        ('a process that cannot be read back is refused',
         $$ SELECT start_run(pg_temp.interrupted_record(), '{"process_id": 1e5000}') $$),
        ('a run that has ended does not start', $$ SELECT start_run(pg_temp.success_record()) $$)
       ) AS example (label, statement);

SELECT * FROM finish();
ROLLBACK;
