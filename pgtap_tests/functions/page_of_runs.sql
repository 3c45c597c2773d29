-- Tests of functions/page_of_runs
BEGIN;
\ir ../fixtures.psql
SELECT plan(9);

SELECT has_function('btsql', 'page_of_runs', ARRAY['text', 'text', 'text', 'integer']);
SELECT function_returns('btsql', 'page_of_runs', ARRAY['text', 'text', 'text', 'integer'], 'run_summary[]');
SELECT function_lang_is('btsql', 'page_of_runs', ARRAY['text', 'text', 'text', 'integer'], 'plpgsql');
SELECT volatility_is('btsql', 'page_of_runs', ARRAY['text', 'text', 'text', 'integer'], 'stable');

SELECT pg_temp.record_at(1), pg_temp.record_at(2, '{"metrics": {"sharpe_ratio": 3}}'),
    pg_temp.record_at(3, '{}', 'failure');

\set source '\'backtest_run AS run LEFT JOIN performance_metrics AS metrics ON metrics.run_id = run.run_id\''
SELECT is(page_of_runs(:source, 'false', 'run.run_id', 20), '{}', 'a page without runs is empty, not NULL');
SELECT is((SELECT array_agg(short_id) FROM unnest(page_of_runs(:source, 'true', 'run.run_id DESC', 2))),
          '{3aaaaaaaaaaa,2aaaaaaaaaaa}',
          'in this order, as many');
SELECT is((SELECT array_agg(short_id)
           FROM unnest(page_of_runs(:source, 'metrics.sharpe_ratio > 1', 'metrics.sharpe_ratio', 20))),
          '{1aaaaaaaaaaa,2aaaaaaaaaaa}', 'on a condition');
SELECT is((SELECT to_jsonb(one)
           FROM unnest(page_of_runs(:source, 'run.run_id = find_run(''2aaa'')', 'run.run_id', 20)) AS one),
          (SELECT jsonb_object_agg(attribute.name, to_jsonb(details) -> attribute.name)
             FROM get_run('2aaa') AS details
            CROSS JOIN pg_temp.columns_of('btsql.run_summary') AS attribute), 'each attribute is that of the run');
SELECT is((SELECT to_jsonb(one)
           FROM unnest(page_of_runs(:source, 'run.status = ''failure''', 'run.run_id', 20)) AS one),
          (SELECT jsonb_object_agg(attribute.name, to_jsonb(details) -> attribute.name)
             FROM get_run('@') AS details
            CROSS JOIN pg_temp.columns_of('btsql.run_summary') AS attribute), 'of a failure too');

SELECT * FROM finish();
ROLLBACK;
