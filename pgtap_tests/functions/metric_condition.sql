-- Tests of functions/metric_condition
BEGIN;
\ir ../fixtures.psql
SELECT plan(59);

SELECT has_function('btsql', 'metric_condition', ARRAY['text', 'text', 'jsonb']);
SELECT function_returns('btsql', 'metric_condition', ARRAY['text', 'text', 'jsonb'], 'text');
SELECT function_lang_is('btsql', 'metric_condition', ARRAY['text', 'text', 'jsonb'], 'plpgsql');
SELECT volatility_is('btsql', 'metric_condition', ARRAY['text', 'text', 'jsonb'], 'immutable');

SELECT pg_temp.record_at(1, '{"metrics": {"sharpe_ratio": 0.1, "total_trades": 4}}');

CREATE FUNCTION pg_temp.decision(metric text, operator text, value jsonb)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    decision boolean;
BEGIN
    EXECUTE 'SELECT ' || btsql.metric_condition(metric, operator, value)
        || ' FROM btsql.performance_metrics AS metrics' INTO decision;
    RETURN decision;
END;
$$;

SELECT is(pg_temp.decision(metric, operator, value::jsonb), expected, format('%s %s %s', metric, operator, value))
  FROM (VALUES
        ('sharpe_ratio', '=',  '0.1',  true),  ('sharpe_ratio', '=',  '0.10', true),
         ('sharpe_ratio', '=', '1e-1', true),
        ('sharpe_ratio', '<>', '0.1',  false), ('sharpe_ratio', '<>', '0.2',  true),
        ('sharpe_ratio', '<',  '0.1',  false), ('sharpe_ratio', '<=', '0.1',  true),
         ('sharpe_ratio', '<', '0.11', true),
        ('sharpe_ratio', '>',  '0.1',  false), ('sharpe_ratio', '>=', '0.1',  true),
         ('sharpe_ratio', '>', '0.09', true),
        ('sharpe_ratio', '>',  '-3',   true),  ('sharpe_ratio', '>',  '0',    true),
         ('sharpe_ratio', '>', '1e-300', true),
        ('sharpe_ratio', '<',  '1e300', true), ('total_trades', '>',  '3.5',  true),
         ('total_trades', '=', '4.0', true),
        ('total_trades', '<',  '1e15', true),  ('sharpe_ratio', 'exists', 'true', true),
        ('sharpe_ratio', 'exists', 'false', false)
       ) AS example (metric, operator, value, expected);
SELECT is(pg_temp.decision(metric, '>', '-1000000'), true, metric || ' can be compared')
  FROM metric_definition();

SELECT is(pg_temp.diagnostics(format('SELECT btsql.metric_condition(%L, %L, %L)', metric, operator,
                                     value)) - '{detail,rule,table}'::text[],
          jsonb_build_object('sqlstate', '22023',
                             'message', format('metric "%s" is compared by "%s" with %s', metric, left(operator, 20),
                                               left(value::jsonb::text, 100)),
                             'hint', 'Write {"sharpe_ratio": {">": 1, "<=": 3}} with = <> < <= > >= and numbers, or '
                                     '{"sharpe_ratio": {"exists": true}}.'),
          format('%s %s is refused', operator, left(value, 20)))
  FROM (VALUES
        ('sharpe_ratio', '=', '"1"'), ('sharpe_ratio', '=', 'null'), ('sharpe_ratio', '>', 'true'),
        ('sharpe_ratio', 'in', '[1]'),
        ('sharpe_ratio', '==', '1'), ('sharpe_ratio', '', '1'), ('sharpe_ratio', 'exists', '1'),
        ('sharpe_ratio', '> 0 OR true --', '1'),
        ('sharpe_ratio', '=', '"NaN"'), ('sharpe_ratio', '>', '1e400'), ('sharpe_ratio', '>', '-1e400'),
        ('sharpe_ratio', '>', '1e-400'),
        ('volatility', '=', '{"a": 1}'), ('sharpe_ratio', repeat('x', 500), to_jsonb(repeat('v', 500))::text)
       ) AS example (metric, operator, value);
SELECT throws_ok(format('SELECT btsql.metric_condition(%L, ''>'', ''1'')', metric), '22023',
                 format('there is no metric "%s"', metric),
                 format('"%s" is no metric', metric))
  FROM (VALUES ('sharpe'), ('run_id'), ('sharpe_ratio > 0 OR true --'), ('')) AS example (metric);

SELECT * FROM finish();
ROLLBACK;
