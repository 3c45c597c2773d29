-- Tests of functions/judge_metrics
BEGIN;
\ir ../fixtures.psql
SELECT plan(36);

SELECT has_function('btsql', 'judge_metrics', ARRAY['jsonb', 'jsonb']);
SELECT function_returns('btsql', 'judge_metrics', ARRAY['jsonb', 'jsonb'], 'setof record');
SELECT function_lang_is('btsql', 'judge_metrics', ARRAY['jsonb', 'jsonb'], 'plpgsql');
SELECT volatility_is('btsql', 'judge_metrics', ARRAY['jsonb', 'jsonb'], 'immutable');

SELECT is_empty($$ SELECT * FROM judge_metrics(NULL) $$, 'no metrics, nothing to judge');
SELECT is_empty($$ SELECT * FROM judge_metrics('{}') $$, 'of none either');
SELECT is_empty($$ SELECT * FROM judge_metrics('{"win_rate": null}') $$, 'null without a reason is no row');

SELECT results_eq(
    $$ SELECT metric, accepted FROM judge_metrics(pg_temp.success_record() -> 'metrics') $$,
    $$ SELECT defined.metric, (pg_temp.success_record() -> 'metrics' -> defined.metric)::numeric
         FROM metric_definition() AS defined $$,
    'good metrics are taken as they are, in their usual order');

-- One metric by itself: what it is stored as, or why it is not.
CREATE FUNCTION pg_temp.verdict(metric text, value jsonb)
RETURNS text
LANGUAGE sql
AS $$
    SELECT coalesce(judged.accepted::text, judged.reported_value || ': ' || judged.reason)
      FROM judge_metrics(jsonb_build_object(verdict.metric, verdict.value)) AS judged;
$$;

SELECT is(pg_temp.verdict(metric, value), expected, format('%s %s: %s', metric, left(value::text, 30), expected))
  FROM (VALUES
        ('sharpe_ratio',     '10'::jsonb,             '10'),
        ('sharpe_ratio',     '10.0000000000000001',   '10.0000000000000001: outside -10 .. 10'),
        ('sharpe_ratio',     '11',                    '11: outside -10 .. 10'),
        ('sharpe_ratio',     '"NaN"',                 'NaN: not a finite number'),
        ('sharpe_ratio',     '"Infinity"',            'Infinity: not a finite number'),
        ('sharpe_ratio',     '"-Infinity"',           '-Infinity: not a finite number'),
        ('sharpe_ratio',     '1.500',                 '1.5'),
        ('sharpe_ratio',     '1e-400',                '0'),
        ('total_return',     '-0.0',                  '0'),
        ('profit_factor',    '1000001',               '1000001: outside 0 .. 1000000'),
        ('total_trades',     '2147483648',            '2147483648: outside 0 .. 2147483647'),
        ('total_trades',     '4.5',                   '4.5: not a whole number'),
        ('total_trades',     '4.0',                   '4'),
        ('periods_per_year', '252',                   '252'),
        ('periods_per_year', '365',                   '365'),
        ('periods_per_year', '260',                   '260: neither 252 nor 365'),
        ('periods_per_year', '251',                   '251: outside 252 .. 365'),
        ('final_equity',     '1e301',                 '1' || repeat('0', 301) || ': outside -1e300 .. 1e300')
       ) AS example (metric, value, expected);

SELECT results_eq(
    $$ SELECT metric, reported_value, reason
         FROM judge_metrics('{"win_rate": null, "cagr": 0.1}', '{"win_rate": "no trades", "volatility": "one day"}') $$,
    $$ VALUES ('cagr', '0.1', NULL), ('volatility', NULL, 'one day'), ('win_rate', NULL, 'no trades') $$,
    'a metric without a value takes the reason it was given');

-- The counts speak together.
CREATE FUNCTION pg_temp.rejected(metrics jsonb)
RETURNS text
LANGUAGE sql
AS $$
    SELECT coalesce(string_agg(judged.metric || ': ' || judged.reason, ', '), 'none')
      FROM judge_metrics(rejected.metrics) AS judged
     WHERE judged.reason IS NOT NULL;
$$;

SELECT is(pg_temp.rejected('{"total_trades": 4, "winning_trades": 2, "losing_trades": 2}'), 'none', 'all trades won or lost');
SELECT is(pg_temp.rejected('{"total_trades": 5, "winning_trades": 2, "losing_trades": 2}'), 'none', 'one broke even');
SELECT is(pg_temp.rejected('{"total_trades": 3, "winning_trades": 2, "losing_trades": 2}'),
          'total_trades: winning and losing trades add up to more than all trades, '
          'winning_trades: winning and losing trades add up to more than all trades, '
          'losing_trades: winning and losing trades add up to more than all trades',
          'more won and lost than traded: which count is wrong is unknown, so none is taken');
SELECT is(pg_temp.rejected('{"total_trades": 3, "winning_trades": 2, "losing_trades": 1, "win_rate": 0.6666667}'), 'none',
          'a rate rounded to seven digits is the rate');
SELECT is(pg_temp.rejected('{"total_trades": 3, "winning_trades": 2, "losing_trades": 1, "win_rate": 0.667}'),
          'win_rate: not winning_trades / total_trades', 'another is not');
SELECT is(pg_temp.rejected('{"total_trades": 0, "winning_trades": 0, "losing_trades": 0, "win_rate": 0}'), 'none',
          'nothing traded, nothing won');

-- Absurd numbers are judged too, whatever their size.
SELECT is(pg_temp.rejected(metrics), expected, 'no overflow: ' || regexp_replace(metrics::text, '0{9,}', '0...', 'g'))
  FROM (VALUES
        ('{"winning_trades": 9e131071, "losing_trades": 9e131071, "total_trades": 1}'::jsonb,
         'winning_trades: outside 0 .. 2147483647, losing_trades: outside 0 .. 2147483647'),
        ('{"win_rate": 9e131071, "total_trades": 9e131071, "winning_trades": -9e131071}',
         'total_trades: outside 0 .. 2147483647, winning_trades: outside 0 .. 2147483647, win_rate: outside 0 .. 1'),
        ('{"cagr": -9e131071}',
         'cagr: outside -1 .. 100')
       ) AS example (metrics, expected);

SELECT * FROM finish();
ROLLBACK;
