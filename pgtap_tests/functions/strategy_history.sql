-- Tests of functions/strategy_history
BEGIN;
\ir ../fixtures.psql
SELECT plan(57);

\set arguments 'ARRAY[\'text\', \'text\', \'text\', \'timestamp with time zone\', \'timestamp with time zone\', \'integer\']'
SELECT has_function('btsql', 'strategy_history', :arguments);
SELECT function_returns('btsql', 'strategy_history', :arguments, 'setof history_run');
SELECT function_lang_is('btsql', 'strategy_history', :arguments, 'plpgsql');
SELECT volatility_is('btsql', 'strategy_history', :arguments, 'stable');

SELECT is((SELECT proargnames[1:6]::text[] FROM pg_proc WHERE oid = 'btsql.strategy_history'::regproc),
          '{strategy,strategy_name,instrument,since,until,result_limit}', 'filters are given by name');

CREATE FUNCTION pg_temp.history(arguments text)
RETURNS text
LANGUAGE sql
AS $$
    SELECT pg_temp.places(format('SELECT run_id FROM btsql.strategy_history(%s)', arguments));
$$;
SELECT is(pg_temp.history('''sma_crossover'''), '', 'an empty history is empty');

-- Recorded in another order than started.
SELECT pg_temp.record_at(3,
                         '{"parameters": {"fast": 10, "slow": 30, "mode": null, "o": {"x": null, "y": 1}}, "instruments": ["MSFT.XNAS"],
                              "metrics": {"sharpe_ratio": null, "total_return": 0.3}}');
SELECT pg_temp.record_at(1,
                         '{"parameters": {"fast": 10, "slow": 30}, "metrics": {"sharpe_ratio": 0.3, "total_return": 0.1}}');
SELECT pg_temp.record_at(2,
                         '{"parameters": {"fast": 12, "mode": "a", "slow": 30.0}, "metrics": {"sharpe_ratio": 0.1, "total_return": 0.2}}');
SELECT pg_temp.record_at(4, '{"parameters": {"fast": 10, "slow": 30}, "strategy_name": "slow"}', 'failure');
SELECT pg_temp.record_at(5,
                         '{"parameters": {"fast": 10, "slow": 30}, "strategy_name": "slow", "metrics": {"total_return": -0.1}}');
SELECT pg_temp.record_at(6, '{"parameters": {"fast": 10, "slow": 30}, "strategy_type": "momentum"}');
SELECT pg_temp.record_at(7, '{"parameters": {"fast": 10, "slow": 30}, "metrics": {"total_return": -0.1}}');
SELECT pg_temp.record_at(8, '{"parameters": {}}', 'interrupted');

SELECT is(pg_temp.history(arguments), expected, arguments)
  FROM (VALUES
        ('''sma_crossover''',                                        '1 2 3 4 5 7 8'),
        ('''momentum''',                                             '6'),
        ('''Momentum''',                                             ''),
        ('''x'''' OR true --''',                                     ''),
        ('''sma_crossover'', ''slow''',                              '4 5'),
        ('''slow''',                                                 '4 5'),
        ('''slow'', strategy_name => ''x''',                         ''),
        ('''sma_crossover'', instrument => ''MSFT.XNAS''',           '3'),
        ('''sma_crossover'', since => ''2026-03-02 09:03+00''',      '3 4 5 7 8'),
        ('''sma_crossover'', until => ''2026-03-02 09:03+00''',      '1 2'),
        ('''sma_crossover'', since => ''-infinity'', until => ''infinity''', '1 2 3 4 5 7 8'),
        ('''sma_crossover'', result_limit => 1',                     '8'),
        ('''sma_crossover'', result_limit => 3',                     '5 7 8'),
        ('''sma_crossover'', result_limit => 1000',                  '1 2 3 4 5 7 8')
       ) AS example (arguments, expected);

CREATE FUNCTION pg_temp.changes(arguments text)
RETURNS TABLE (place text, parameters jsonb, metrics jsonb)
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT split_part(short_id, ''a'', 1), changed_parameters, metric_changes FROM btsql.strategy_history(%s)',
                                arguments);
END;
$$;

SELECT is(parameters, expected, 'parameters that changed with run ' || place)
  FROM pg_temp.changes('''sma_crossover''')
  JOIN (VALUES
        ('1', '{"fast": {"now": 10}, "slow": {"now": 30}}'::jsonb),
        ('2', '{"fast": {"before": 10, "now": 12}, "mode": {"now": "a"}}'),
        ('3', '{"fast": {"before": 12, "now": 10}, "mode": {"before": "a", "now": null}, "o": {"now": {"x": null, "y": 1}}}'),
        ('4', '{"mode": {"before": null}, "o": {"before": {"x": null, "y": 1}}}'),
        ('5', '{"mode": {"before": null}, "o": {"before": {"x": null, "y": 1}}}'),
        ('7', '{}'),
        ('8', '{"fast": {"before": 10}, "slow": {"before": 30}}')) AS example (place, expected) USING (place);

-- Compared with the success before, for a failure has none. Those metrics that both runs have, exactly: 0.3 to 0.1 is -0.2.
SELECT is((SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(metrics) WHERE value <> '0'), expected,
          'metrics that changed with run ' || place)
  FROM pg_temp.changes('''sma_crossover''')
  JOIN (VALUES
        ('1', '{}'::jsonb),
        ('2', '{"sharpe_ratio": -0.2, "total_return": 0.1}'),
        ('3', '{"total_return": 0.1}'),
        ('4', '{}'), ('5', '{"total_return": -0.4}'), ('7', '{}'), ('8', '{}')) AS example (place, expected) USING (place);
SELECT is((SELECT count(*) FROM jsonb_object_keys(metrics)), expected,
          'metrics that runs ' || place || ' and the one before both have')
  FROM pg_temp.changes('''sma_crossover''')
  JOIN (VALUES ('1', 0::bigint), ('2', 17), ('3', 16), ('4', 0), ('5', 16), ('7', 17), ('8', 0))
      AS example (place, expected) USING (place);
SET LOCAL extra_float_digits = -10;
SELECT pg_temp.record_at(11, '{"strategy_type": "exact", "metrics": {"sharpe_ratio": 1.000000000000001}}'),
       pg_temp.record_at(12, '{"strategy_type": "exact", "metrics": {"sharpe_ratio": 1}}');
SELECT is((SELECT metrics -> 'sharpe_ratio' FROM pg_temp.changes('''exact''') WHERE place = '12'), '-0.000000000000001',
          'exactly, whatever the settings');
RESET extra_float_digits;

-- The first row shown has a run before it, too, when there is one.
SELECT results_eq('SELECT place, parameters, metrics -> ''total_return'' FROM pg_temp.changes(''''''sma_crossover'''', result_limit => 7'')',
                  'SELECT place, parameters, metrics -> ''total_return'' FROM pg_temp.changes(''''''sma_crossover'''''')',
                  'as many as there are: the first has none before it');
SELECT is((SELECT array_agg(parameters)
           FROM pg_temp.changes('''sma_crossover'', until => ''2026-03-02 09:03+00'', result_limit => 1')),
          ARRAY['{"fast": {"before": 10, "now": 12}, "mode": {"now": "a"}}'::jsonb],
              'a limit does not hide the one before');
SELECT is((SELECT array_agg(metrics -> 'total_return')
           FROM pg_temp.changes('''sma_crossover'', until => ''2026-03-02 09:06+00'', result_limit => 1')),
          ARRAY['-0.4'::jsonb], 'nor the success before a failure');
SELECT is((SELECT array_agg(metrics)
           FROM pg_temp.changes('''sma_crossover'', since => ''2026-03-02 09:05+00'', result_limit => 2') WHERE place = '5'),
          NULL, 'what the dates leave out');
SELECT is((SELECT array_agg(metrics)
           FROM pg_temp.changes('''sma_crossover'', since => ''2026-03-02 09:05+00''') WHERE place = '5'),
          ARRAY['{}'::jsonb], 'is nothing to compare with');

SELECT results_eq($$ SELECT run_id, short_id, started_at, strategy_type, strategy_name, status, instruments, data_start, data_end, total_return,
                  sharpe_ratio,
                            max_drawdown FROM strategy_history('sma_crossover', until => '2026-03-02 09:05+00') $$,
                  $$ SELECT run.run_id, run.short_id, run.started_at, run.strategy_type, run.strategy_name, run.status, run.instruments, run.data_start,
                      run.data_end,
                            run.total_return, run.sharpe_ratio, run.max_drawdown
                       FROM (VALUES ('1aaa'), ('2aaa'), ('3aaa'), ('4aaa')) AS shown (reference)
                      CROSS JOIN LATERAL get_run(reference) AS run ORDER BY run.run_id $$,
                  'each with its facts');

-- All metrics come with each success; a label may span types, and a type goes before a label of the same name.
SELECT is((SELECT array_agg(key ORDER BY key)::text[] FROM strategy_history('momentum'), jsonb_object_keys(metrics) AS key),
          (SELECT array_agg(metric ORDER BY metric)::text[] FROM metric_definition()), 'every metric, and nothing else');
SELECT pg_temp.record_at(21, '{"strategy_type": "span_a", "strategy_name": "spanning", "parameters": {"p": 1}}'),
       pg_temp.record_at(22, '{"strategy_type": "span_b", "strategy_name": "spanning", "parameters": {"p": 2}}'),
       pg_temp.record_at(23, '{"strategy_type": "span_a", "strategy_name": "span_b"}');
SELECT results_eq($$ SELECT strategy_type, changed_parameters FROM strategy_history('spanning') $$,
                  $$ VALUES ('span_a', '{"p": {"now": 1}}'::jsonb), ('span_b', '{"p": {"before": 1, "now": 2}}') $$,
                  'a label has its runs of every type');
SELECT is(pg_temp.history('''span_b'''), '22', 'a type goes before a label');
SELECT pg_temp.record_at(100 + place, '{"strategy_type": "many"}') FROM generate_series(1, 120) AS place;
SELECT is((SELECT count(*) FROM strategy_history('many')), 100::bigint, 'the newest 100 by default');
SELECT is((SELECT short_id FROM strategy_history('many') LIMIT 1), '121aaaaaaaaa', 'oldest of them first');

SELECT throws_ok(format('SELECT btsql.strategy_history(%s)', arguments), '22023', message, arguments)
  FROM (VALUES ('NULL', 'strategy is NULL'),
               ('''x'', result_limit => 0', 'result_limit is 0, not 1 to 1000'),
               ('''x'', result_limit => 1001', 'result_limit is 1001, not 1 to 1000'),
               ('''x'', result_limit => NULL', 'result_limit is NULL, not 1 to 1000')) AS example (arguments, message);

SELECT * FROM finish();
ROLLBACK;
