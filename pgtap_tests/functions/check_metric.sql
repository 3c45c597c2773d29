-- Tests of functions/check_metric
BEGIN;
\ir ../fixtures.psql
SELECT plan(31);

SELECT has_function('btsql', 'check_metric', ARRAY['text']);
SELECT function_returns('btsql', 'check_metric', ARRAY['text'], 'void');
SELECT function_lang_is('btsql', 'check_metric', ARRAY['text'], 'plpgsql');
SELECT volatility_is('btsql', 'check_metric', ARRAY['text'], 'immutable');

SELECT lives_ok(format('SELECT btsql.check_metric(%L)', metric), metric || ' is a metric')
  FROM metric_definition();
SELECT is(pg_temp.diagnostics(format('SELECT btsql.check_metric(%L)', given)) - '{detail,rule,table}'::text[],
          jsonb_build_object('sqlstate', '22023', 'message',
                             format('there is no metric "%s"', left(coalesce(given, 'NULL'), 100)),
                             'hint', format('The metrics: %s.',
                                            (SELECT string_agg(metric, ', ') FROM metric_definition()))),
          format('"%s" is none', left(given, 50)))
  FROM (VALUES ('sharpe'), ('Sharpe_ratio'), (' sharpe_ratio'), (''), ('run_id'), ('started_at'), ('strategy_type'),
               ('sharpe_ratio" DESC; DROP TABLE btsql.backtest_run --'), (repeat('x', 1000)),
               (NULL)) AS example (given);

SELECT * FROM finish();
ROLLBACK;
