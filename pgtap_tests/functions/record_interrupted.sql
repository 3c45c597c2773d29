-- Tests of functions/record_interrupted. Two at once: tests/integration/test_start_records.py.
BEGIN;
\ir ../fixtures.psql
SELECT plan(18);

SELECT has_function('btsql', 'record_interrupted', ARRAY['uuid', 'text']);
SELECT function_returns('btsql', 'record_interrupted', ARRAY['uuid', 'text'], 'boolean');
SELECT function_lang_is('btsql', 'record_interrupted', ARRAY['uuid', 'text'], 'plpgsql');
SELECT volatility_is('btsql', 'record_interrupted', ARRAY['uuid', 'text'], 'volatile');

CREATE FUNCTION pg_temp.the_run() RETURNS uuid LANGUAGE sql AS
    $$ SELECT (pg_temp.interrupted_record() ->> 'run_id')::uuid $$;

SELECT is(record_interrupted(pg_temp.the_run(), 'gone'), false, 'a run that nobody started is none');
SELECT start_run(pg_temp.interrupted_record());
SELECT is(record_interrupted(pg_temp.the_run(), 'the process is gone'), true, 'a started run is recorded');
SELECT results_eq(
    'SELECT status, error_type, error_message, strategy_name, snapshot FROM backtest_run',
    $$ SELECT 'interrupted', 'process_gone', 'the process is gone', 'first try', pg_temp.interrupted_record() -> 'snapshot' $$,
    'with what is known of it, and why');
SELECT is_empty('SELECT run_id FROM run_in_progress', 'its start record is gone');
SELECT is(record_interrupted(pg_temp.the_run(), 'again'), false, 'a second time nothing happens');
SELECT is((SELECT error_message FROM backtest_run), 'the process is gone', 'and nothing is changed');

-- The runner was not dead: its own record takes the place of this one, with all that belongs to it.
SELECT record_run(pg_temp.success_record());
SELECT results_eq(
    'SELECT status, error_type, replaced_interrupted_at IS NOT NULL FROM backtest_run', $$ VALUES ('success', NULL, true) $$,
    'the real end stands');
SELECT is((SELECT total_return FROM performance_metrics), 0.25::double precision, 'with its metrics');
SELECT is((SELECT check_run(pg_temp.the_run()::text)), true, 'as a whole');
SELECT is((SELECT count(*) FROM run_parameter), 2::bigint, 'found by its parameters');
SELECT is(record_interrupted(pg_temp.the_run(), 'late'), false, 'a recorded run is never called interrupted');

-- A start that was written after its end is only taken out.
SELECT pg_temp.insert_row('btsql.run_in_progress', jsonb_build_object(
    'run_id', pg_temp.the_run(), 'started_at', pg_temp.interrupted_record() -> 'started_at',
    'record', pg_temp.interrupted_record(), 'process', '{}'::jsonb));
SELECT is(record_interrupted(pg_temp.the_run(), 'late'), false, 'a start that came late changes no run');
SELECT is_empty('SELECT run_id FROM run_in_progress', 'and is taken out');
SELECT is((SELECT status FROM backtest_run), 'success', 'the run stays');

SELECT * FROM finish();
ROLLBACK;
