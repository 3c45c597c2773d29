-- Tests of functions/started_runs. That a lock goes with its session: tests/integration/test_start_records.py.
BEGIN;
\ir ../fixtures.psql
SELECT plan(9);

SELECT has_function('btsql', 'started_runs', '{}'::name[]);
SELECT function_returns('btsql', 'started_runs', '{}'::name[], 'setof record');
SELECT function_lang_is('btsql', 'started_runs', '{}'::name[], 'plpgsql');
SELECT volatility_is('btsql', 'started_runs', '{}'::name[], 'stable');

SELECT is_empty('SELECT run_id FROM started_runs()', 'nothing has started');

SELECT start_run(pg_temp.interrupted_record('{"started_at": "2026-03-02T09:31:00Z"}') || '{"instruments": ["B.X", "A.X"]}',
                 '{"host": "here"}', pg_backend_pid());
SELECT start_run(pg_temp.interrupted_record('{"started_at": "2026-03-02T09:32:00Z"}'));
SELECT start_run(pg_temp.interrupted_record(jsonb_build_object(
                     'started_at', '2026-03-02T09:33:00Z', 'strategy_name', NULL,
                     'run_id', pg_temp.id_at('2026-03-02 09:33:00+00', 'b1b2c3d4e5f6'))), '{}', pg_backend_pid());
SELECT pg_advisory_unlock(run_lock_key(run_id)) FROM run_in_progress WHERE started_at = '2026-03-02 09:33:00+00';
SELECT results_eq(
    'SELECT started_at, state, strategy_name, instruments, process FROM started_runs()',
    $$ VALUES (timestamptz '2026-03-02 09:33:00+00', 'interrupted?', 'sma_crossover', NULL::text[], jsonb '{}'),
              ('2026-03-02 09:32:00+00', 'running?', 'first try', NULL, '{}'),
              ('2026-03-02 09:31:00+00', 'running', 'first try', '{B.X,A.X}', '{"host": "here"}') $$,
    'newest first, with what is known of their life');
SELECT is(short_id, short_id(run_id), 'the short id is that of the run') FROM started_runs() LIMIT 1;

SELECT record_run(pg_temp.success_record('{"started_at": "2026-03-02T09:31:00Z"}'));
SELECT is((SELECT count(*) FROM started_runs()), 2::bigint, 'what is recorded has not only started');
SELECT pg_temp.insert_run('{"started_at": "2026-03-02T09:32:00Z", "run_id": "019cade3-e680-7abc-8def-a1b2c3d4e5f6"}');
SELECT is((SELECT count(*) FROM started_runs()), 1::bigint, 'even where its start was recorded too late');

SELECT * FROM finish();
ROLLBACK;
