-- Tests of functions/check_sort_key
BEGIN;
\ir ../fixtures.psql
SELECT plan(27);

SELECT has_function('btsql', 'check_sort_key', ARRAY['text']);
SELECT function_returns('btsql', 'check_sort_key', ARRAY['text'], 'void');
SELECT function_lang_is('btsql', 'check_sort_key', ARRAY['text'], 'plpgsql');
SELECT volatility_is('btsql', 'check_sort_key', ARRAY['text'], 'immutable');

SELECT lives_ok('SELECT btsql.check_sort_key(''started_at'')', 'runs are sorted by their start');
SELECT lives_ok(format('SELECT btsql.check_sort_key(%L)', metric), 'and by ' || metric) FROM metric_definition();
SELECT is(pg_temp.diagnostics(format('SELECT btsql.check_sort_key(%L)', given)) - '{detail,rule,table}'::text[],
          jsonb_build_object('sqlstate', '22023',
                             'message', format('runs cannot be sorted by "%s"', coalesce(left(given, 100), 'NULL')),
                             'hint', 'Sort by started_at, or by a metric: '
                                     || (SELECT string_agg(metric, ', ') FROM metric_definition()) || '.'),
          coalesce(left(given, 20), 'NULL') || ' is refused')
  FROM (VALUES ('run_id'), ('Sharpe_Ratio'), (''), (repeat('x', 200)), (NULL)) AS example (given);

SELECT * FROM finish();
ROLLBACK;
