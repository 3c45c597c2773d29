-- Tests of functions/metric_definition
BEGIN;
\ir ../fixtures.psql
SELECT plan(69);

SELECT has_function('btsql', 'metric_definition', '{}'::name[]);
SELECT function_returns('btsql', 'metric_definition', '{}'::name[], 'setof record');
SELECT function_lang_is('btsql', 'metric_definition', '{}'::name[], 'sql');
SELECT volatility_is('btsql', 'metric_definition', '{}'::name[], 'immutable');

SELECT results_eq(
    'SELECT metric, unit, lowest, highest, better FROM metric_definition()',
    $$ VALUES
        ('total_return',      'fraction', -1::numeric, 100::numeric, 'higher'),
        ('cagr',              'fraction', -1,          100,          'higher'),
        ('annualized_return', 'fraction', -1,          100,          'higher'),
        ('sharpe_ratio',      'ratio',    -10,         10,           'higher'),
        ('sortino_ratio',     'ratio',    -100,        100,          'higher'),
        ('max_drawdown',      'fraction', -1,          0,            'higher'),
        ('volatility',        'fraction', 0,           100,          'lower'),
        ('total_trades',      'count',    0,           2147483647,   NULL),
        ('winning_trades',    'count',    0,           2147483647,   NULL),
        ('losing_trades',     'count',    0,           2147483647,   NULL),
        ('win_rate',          'fraction', 0,           1,            'higher'),
        ('profit_factor',     'ratio',    0,           1000000,      'higher'),
        ('average_win',       'money',    0,           1e300,        'higher'),
        ('average_loss',      'money',    -1e300,      0,            'higher'),
        ('final_equity',      'money',    -1e300,      1e300,        'higher'),
        ('net_profit',        'money',    -1e300,      1e300,        'higher'),
        ('periods_per_year',  'count',    252,         365,          NULL) $$,
    'the metrics with their units, ranges and direction, in their usual order');

SELECT results_eq(
    'SELECT metric COLLATE "C" FROM metric_definition()',
    $$ SELECT attname::text
         FROM pg_attribute
        WHERE attrelid = 'btsql.performance_metrics'::regclass
          AND attname NOT IN ('run_id', 'recorded_at', 'status', 'strategy_type')
          AND attnum > 0 AND NOT attisdropped
        ORDER BY attnum $$,
    'are the columns of performance_metrics, in the same order');

SELECT results_eq(
    'SELECT metric COLLATE "C" FROM metric_definition()',
    $$ SELECT attname::text
         FROM pg_attribute
        WHERE attrelid = 'btsql.run_details'::regclass AND attname IN (SELECT metric FROM metric_definition())
        ORDER BY attnum $$,
    'and are in run_details in this order');

-- The definition and the CHECKs of the table, written down twice, agree: what one side takes, the other takes.
CREATE TEMPORARY TABLE bound AS
SELECT metric, unit, side,
       CASE side WHEN 'lowest' THEN lowest ELSE highest END AS at,
       CASE side WHEN 'lowest' THEN -1 ELSE 1 END AS outwards
  FROM metric_definition()
 CROSS JOIN (VALUES ('lowest'), ('highest')) AS edge (side);

SELECT pg_temp.insert_run();

-- Alone, so that no count speaks against another.
CREATE FUNCTION pg_temp.insertion_of(metric text, value numeric)
RETURNS text
LANGUAGE sql
AS $$
    SELECT format('SELECT pg_temp.insert_row(''btsql.performance_metrics'', %L)', jsonb_build_object(
        'run_id', pg_temp.success_record() -> 'run_id', 'status', 'success', 'strategy_type', 'sma_crossover',
        metric, value));
$$;

SELECT is(pg_temp.refusal(pg_temp.insertion_of(metric, at)), 'accepted',
          format('the table takes the %s %s', side, metric))
  FROM bound;

SELECT is(pg_temp.refusal(pg_temp.insertion_of(metric, at + outwards * CASE unit WHEN 'count' THEN 1 ELSE 1e-9 END)),
          CASE WHEN at = 2147483647 THEN '22003'
               WHEN metric = 'periods_per_year' THEN '23514 performance_metrics_periods_per_year_is_known'
               ELSE format('23514 performance_metrics_%s_in_range', metric) END,
          format('and nothing beyond the %s %s', side, metric))
  FROM bound
 WHERE abs(at) < 1e300;

SELECT * FROM finish();
ROLLBACK;
