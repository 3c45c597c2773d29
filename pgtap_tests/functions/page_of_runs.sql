-- Tests of functions/page_of_runs
BEGIN;
\ir ../fixtures.psql
SELECT plan(7);

SELECT has_function('btsql', 'page_of_runs', ARRAY['text', 'text', 'text', 'integer']);
SELECT function_returns('btsql', 'page_of_runs', ARRAY['text', 'text', 'text', 'integer'], 'uuid[]');
SELECT function_lang_is('btsql', 'page_of_runs', ARRAY['text', 'text', 'text', 'integer'], 'plpgsql');
SELECT volatility_is('btsql', 'page_of_runs', ARRAY['text', 'text', 'text', 'integer'], 'stable');

SELECT pg_temp.record_at(1), pg_temp.record_at(2, '{"metrics": {"sharpe_ratio": 3}}'),
    pg_temp.record_at(3, '{}', 'failure');

\set source '\'backtest_run AS run LEFT JOIN performance_metrics AS metrics ON metrics.run_id = run.run_id\''
SELECT is(page_of_runs(:source, 'false', 'run.run_id', 20), '{}', 'a page without runs is empty, not NULL');
SELECT is(page_of_runs(:source, 'true', 'run.run_id DESC', 2), ARRAY[find_run('3aaa'), find_run('2aaa')],
          'in this order, as many');
SELECT is(page_of_runs(:source, 'metrics.sharpe_ratio > 1', 'metrics.sharpe_ratio', 20),
          ARRAY[find_run('1aaa'), find_run('2aaa')], 'on a condition');

SELECT * FROM finish();
ROLLBACK;
