-- Tests of tables/performance_metrics: one for each constraint. For the triggers see triggers/performance_metrics.sql.
BEGIN;
\ir ../fixtures.psql
SELECT plan(156);

SELECT has_table('btsql', 'performance_metrics', 'there is a table performance_metrics');
SELECT has_pk('btsql', 'performance_metrics', 'it has a primary key');

SELECT results_eq(
    'SELECT name, type, is_needed FROM pg_temp.columns_of(''btsql.performance_metrics'')',
    $$ VALUES
        ('run_id', 'uuid', true),
        ('recorded_at', 'timestamp with time zone', true),
        ('status', 'text', true),
        ('strategy_type', 'text', true),
        ('total_return', 'double precision', false),
        ('cagr', 'double precision', false),
        ('annualized_return', 'double precision', false),
        ('sharpe_ratio', 'double precision', false),
        ('sortino_ratio', 'double precision', false),
        ('max_drawdown', 'double precision', false),
        ('volatility', 'double precision', false),
        ('total_trades', 'integer', false),
        ('winning_trades', 'integer', false),
        ('losing_trades', 'integer', false),
        ('win_rate', 'double precision', false),
        ('profit_factor', 'double precision', false),
        ('average_win', 'double precision', false),
        ('average_loss', 'double precision', false),
        ('final_equity', 'double precision', false),
        ('net_profit', 'double precision', false),
        ('periods_per_year', 'integer', false) $$,
    'columns: name, type, NOT NULL');

SELECT col_is_pk('btsql', 'performance_metrics', ARRAY['run_id'], 'a run has one row');
SELECT col_is_unique('btsql', 'performance_metrics', ARRAY['run_id', 'recorded_at'], 'rejected metrics can refer to it');
SELECT fk_ok('btsql', 'performance_metrics', ARRAY['run_id', 'recorded_at', 'status', 'strategy_type'],
             'btsql', 'backtest_run', ARRAY['run_id', 'recorded_at', 'status', 'strategy_type'],
             'it refers to a run, its transaction, its status and its type');
SELECT is((SELECT confdeltype FROM pg_constraint WHERE conname = 'performance_metrics_belong_to_their_run'), 'c'::"char",
          'it goes with its run');

SELECT pg_temp.insert_run();

-- The bounds as the record's description has them, with the nearest number beyond each: -5e-324 is the last one below 0.
CREATE TEMPORARY TABLE bound (metric text, allowed jsonb, beyond jsonb);
INSERT INTO bound
VALUES ('total_return',      '[-1, 0, 100]',        '[-1.0000000000000002, 100.00000000000001]'),
       ('cagr',              '[-1, 0, 100]',        '[-1.0000000000000002, 100.00000000000001]'),
       ('annualized_return', '[-1, 0, 100]',        '[-1.0000000000000002, 100.00000000000001]'),
       ('sharpe_ratio',      '[-10, 0, 10]',        '[-10.000000000000002, 10.000000000000002]'),
       ('sortino_ratio',     '[-100, 0, 100]',      '[-100.00000000000001, 100.00000000000001]'),
       ('max_drawdown',      '[-1, -0.5, 0]',       '[-1.0000000000000002, 5e-324]'),
       ('volatility',        '[0, 100]',            '[-5e-324, 100.00000000000001]'),
       ('total_trades',      '[0, 2147483647]',     '[-1]'),
       ('winning_trades',    '[0, 2147483647]',     '[-1]'),
       ('losing_trades',     '[0, 2147483647]',     '[-1]'),
       ('win_rate',          '[0, 0.5, 1]',         '[-5e-324, 1.0000000000000002]'),
       ('profit_factor',     '[0, 1, 1000000]',     '[-5e-324, 1000000.0000000001]'),
       ('average_win',       '[0, 1e300]',          '[-5e-324]'),
       ('average_loss',      '[-1e300, 0]',         '[5e-324]'),
       ('final_equity',      '[-1e300, 0, 1e300]',  '[]'),
       ('net_profit',        '[-1e300, 0, 1e300]',  '[]'),
       ('periods_per_year',  '[252, 365]',          '[0, 251, 253, 360, 364, 366]');

-- A metric by itself, so that no count speaks against another.
CREATE FUNCTION pg_temp.insertion_of(metric text, value jsonb)
RETURNS text
LANGUAGE sql
AS $$
    SELECT format('SELECT pg_temp.insert_row(''btsql.performance_metrics'', %L)', jsonb_build_object(
        'run_id', pg_temp.success_record() -> 'run_id', 'status', 'success', 'strategy_type', 'sma_crossover',
        metric, value));
$$;

CREATE FUNCTION pg_temp.rule_of(metric text)
RETURNS text
LANGUAGE sql
AS $$
    SELECT format(CASE metric WHEN 'periods_per_year' THEN 'performance_metrics_%s_is_known'
                              ELSE 'performance_metrics_%s_in_range' END, metric);
$$;

SELECT is(pg_temp.refusal(pg_temp.insertion_of(metric, value)), 'accepted', format('%s can be %s', metric, left(value::text, 30)))
  FROM bound
 CROSS JOIN jsonb_array_elements(allowed || '[null]') AS value;

SELECT pg_temp.breaks_only(pg_temp.rule_of(metric), pg_temp.insertion_of(metric, value))
  FROM bound
 CROSS JOIN jsonb_array_elements(beyond) AS value;

-- NaN and the infinities, for every metric that can hold them.
SELECT pg_temp.breaks_only(pg_temp.rule_of(metric), pg_temp.insertion_of(metric, value))
  FROM bound
 CROSS JOIN (VALUES ('"NaN"'::jsonb), ('"Infinity"'), ('"-Infinity"')) AS special (value)
  JOIN pg_temp.columns_of('btsql.performance_metrics') AS column_of ON column_of.name = metric
 WHERE column_of.type = 'double precision';

-- Counts and the rate.
SELECT is(pg_temp.refusal(format('SELECT pg_temp.insert_metrics(%L)', changes)), 'accepted', label)
  FROM (VALUES
        ('the metrics that the tests below change', '{}'::jsonb),
        ('no trades',                               '{"total_trades": 0, "winning_trades": 0, "losing_trades": 0,
                                                      "win_rate": null}'),
        ('no trades, a rate of 0',                  '{"total_trades": 0, "winning_trades": 0, "losing_trades": 0,
                                                      "win_rate": 0}'),
        ('one trade broke even',                    '{"total_trades": 5, "win_rate": 0.6}'),
        ('a rate with a rounding error',            '{"total_trades": 4, "win_rate": 0.7500001}')
       ) AS example (label, changes);

SELECT pg_temp.breaks_only(rule, format('SELECT pg_temp.insert_metrics(%L)', changes))
  FROM (VALUES
        ('performance_metrics_trades_add_up',              '{"losing_trades": 2}'::jsonb),
        ('performance_metrics_trades_add_up',              '{"winning_trades": 4, "win_rate": 1}'),
        ('performance_metrics_win_rate_is_wins_of_total',  '{"win_rate": 0.74}'),
        ('performance_metrics_win_rate_is_wins_of_total',  '{"win_rate": 0.750002}')
       ) AS example (rule, changes);

-- The foreign key holds without the CHECK on the status, and the CHECK without the foreign key.
SELECT pg_temp.breaks_only(rule, statement)
  FROM (VALUES
        ('performance_metrics_belong_to_their_run',
         $$ SELECT pg_temp.insert_metrics('{"run_id": "019cade2-123b-7abc-8def-000000000000"}') $$),
        ('performance_metrics_belong_to_their_run',
         $$ SELECT pg_temp.insert_metrics('{"strategy_type": "momentum"}') $$),
        ('performance_metrics_run_is_a_success',
         $$ SELECT pg_temp.insert_run('{"run_id": "019cade2-123b-7abc-8def-000000000001", "status": "failure",
                                        "error_type": "E", "error_message": "m"}'),
                   pg_temp.insert_metrics('{"run_id": "019cade2-123b-7abc-8def-000000000001", "status": "failure"}') $$),
        ('performance_metrics_run_is_a_success',
         $$ SELECT pg_temp.insert_run('{"run_id": "019cade2-123b-7abc-8def-000000000001", "status": "interrupted"}'),
                   pg_temp.insert_metrics('{"run_id": "019cade2-123b-7abc-8def-000000000001", "status": "interrupted"}') $$),
        ('performance_metrics_belong_to_their_run',
         $$ SELECT pg_temp.insert_run('{"run_id": "019cade2-123b-7abc-8def-000000000001", "status": "failure",
                                        "error_type": "E", "error_message": "m"}'),
                   pg_temp.insert_metrics('{"run_id": "019cade2-123b-7abc-8def-000000000001"}') $$),
        ('performance_metrics_pkey',
         $$ ALTER TABLE btsql.performance_metrics DROP CONSTRAINT performance_metrics_rejected_key CASCADE;
            SELECT pg_temp.insert_metrics(), pg_temp.insert_metrics() $$),
        ('performance_metrics_rejected_key',
         $$ ALTER TABLE btsql.performance_metrics DROP CONSTRAINT performance_metrics_pkey;
            SELECT pg_temp.insert_metrics(), pg_temp.insert_metrics() $$)
       ) AS example (rule, statement);

SELECT pg_temp.all_rules_seen('btsql.performance_metrics', 'cfpu');

SELECT is(pg_temp.diagnostics(format('SELECT pg_temp.insert_metrics(%L)', jsonb_build_object(name, NULL))) ->> 'sqlstate',
          '23502', format('%s cannot be NULL', name))
  FROM pg_temp.columns_of('btsql.performance_metrics')
 WHERE is_needed AND name <> 'recorded_at';

SELECT * FROM finish();
ROLLBACK;
