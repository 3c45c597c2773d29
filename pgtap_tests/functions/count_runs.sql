-- Tests of functions/count_runs
BEGIN;
\ir ../fixtures.psql
SELECT plan(7);

SELECT has_function('btsql', 'count_runs', '{}'::name[]);
SELECT function_returns('btsql', 'count_runs', '{}'::name[], 'setof record');
SELECT function_lang_is('btsql', 'count_runs', '{}'::name[], 'plpgsql');
SELECT volatility_is('btsql', 'count_runs', '{}'::name[], 'stable');

SELECT is_empty('SELECT status, runs FROM count_runs()', 'without runs there is nothing to count');

SELECT record_run(pg_temp.success_record('{"started_at": "2026-03-02T09:30:01Z"}'));
SELECT record_run(pg_temp.success_record('{"started_at": "2026-03-02T09:30:02Z"}'));
SELECT record_run(pg_temp.failure_record('{"started_at": "2026-03-02T09:30:03Z"}'));
SELECT results_eq('SELECT status, runs FROM count_runs()', $$ VALUES ('failure', 1::bigint), ('success', 2) $$,
                  'each status that occurs is counted, in order');

SELECT record_run(pg_temp.interrupted_record('{"started_at": "2026-03-02T09:30:04Z"}'));
SELECT is(runs, 1::bigint, 'an interrupted run too') FROM count_runs() WHERE status = 'interrupted';

SELECT * FROM finish();
ROLLBACK;
