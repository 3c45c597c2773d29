-- Tests of functions/check_runs
BEGIN;
\ir ../fixtures.psql
SELECT plan(13);

SELECT has_function('btsql', 'check_runs', '{}'::name[]);
SELECT function_returns('btsql', 'check_runs', '{}'::name[], 'setof record');
SELECT function_lang_is('btsql', 'check_runs', '{}'::name[], 'plpgsql');
SELECT volatility_is('btsql', 'check_runs', '{}'::name[], 'stable');

SELECT is_empty('SELECT run_id FROM check_runs()', 'no run, no finding');

SELECT pg_temp.record_at(1,
                         '{"metrics": {"sharpe_ratio": 11, "cagr": null}, "undefined_metrics": {"cagr": "one day"}}');
SELECT pg_temp.record_at(2,
                         jsonb_build_object('origin_run_id', find_run('1aaa'), 'changes',
                                            '{"fast_period": [10, 12]}'::jsonb));
SELECT pg_temp.record_at(3, '{}', 'failure');
SELECT pg_temp.record_at(4, '{}', 'interrupted');
SELECT pg_temp.record_at(5,
                         '{"metrics": {"total_return": 0.1234567890123456, "volatility": 3.3333333333333335e-05, "final_equity": 1e300},
                              "initial_capital": 0.10, "parameters": {"p": 1e300, "q": 1.500, "r": "\u00e9\u2028", "s": null}}');

SELECT is_empty('SELECT run_id FROM check_runs()', 'every kind of run is what was recorded');
SET LOCAL timezone = 'Asia/Kolkata';
SET LOCAL extra_float_digits = -15;
SET LOCAL datestyle = 'SQL, DMY';
SELECT is_empty('SELECT run_id FROM check_runs()', 'under any settings');

SET LOCAL session_replication_role = replica;
UPDATE backtest_run SET strategy_name = 'better name' WHERE run_id = find_run('3aaa');
SELECT is(pg_temp.places('SELECT run_id FROM btsql.check_runs()'), '3', 'a change shows');
UPDATE performance_metrics SET sharpe_ratio = 9 WHERE run_id = find_run('5aaa');
DELETE FROM rejected_metric WHERE run_id = find_run('1aaa') AND metric = 'cagr';
SELECT is(pg_temp.places('SELECT run_id FROM btsql.check_runs()'), '5 3 1', 'each of them, newest first');
SELECT results_eq('SELECT run_id, started_at, recorded_at FROM check_runs()',
                  $$ SELECT run_id, started_at, recorded_at FROM backtest_run
                      WHERE split_part(short_id(run_id), 'a', 1) IN ('1', '3', '5') ORDER BY run_id DESC $$,
                  'with its times');
SET LOCAL session_replication_role = origin;
SELECT is(check_run(run_id::text), false, 'check_run() says the same') FROM check_runs();

SELECT * FROM finish();
ROLLBACK;
