-- Tests of functions/best_runs
BEGIN;
\ir ../fixtures.psql
SELECT plan(66);

\set arguments 'ARRAY[\'text\', \'text\', \'text\', \'text\', \'timestamp with time zone\', \'timestamp with time zone\', \'jsonb\', \'jsonb\', \'text[]\', \'integer\']'
SELECT has_function('btsql', 'best_runs', :arguments);
SELECT function_returns('btsql', 'best_runs', :arguments, 'setof ranked_run');
SELECT function_lang_is('btsql', 'best_runs', :arguments, 'plpgsql');
SELECT volatility_is('btsql', 'best_runs', :arguments, 'stable');

SELECT is((SELECT proargnames::text[] FROM pg_proc WHERE oid = 'btsql.best_runs'::regproc),
          '{metric,strategy_type,strategy_name,instrument,since,until,parameters,metrics,tags,result_limit}',
              'filters are given by name');

CREATE FUNCTION pg_temp.best(arguments text)
RETURNS text
LANGUAGE sql
AS $$
    SELECT pg_temp.places(format('SELECT run_id FROM btsql.best_runs(%s)', arguments));
$$;
SELECT is(pg_temp.best('''sharpe_ratio'''), '', 'an empty history has no best');

SELECT pg_temp.record_at(1, '{"metrics": {"sharpe_ratio": 1.5, "volatility": 0.3, "max_drawdown": -0.1}}');
SELECT pg_temp.record_at(2,
                         '{"strategy_type": "momentum", "metrics": {"sharpe_ratio": 2.5, "volatility": 0.1, "max_drawdown": -0.3}}');
SELECT pg_temp.record_at(3,
                         '{"strategy_name": "slow", "metrics": {"sharpe_ratio": -1, "volatility": 0.2, "max_drawdown": -0.2},
                              "parameters": {"fast_period": 20}}');
SELECT pg_temp.record_at(4, '{"metrics": {"sharpe_ratio": 11, "volatility": null, "max_drawdown": "NaN"}}');
SELECT pg_temp.record_at(5,
                         '{"instruments": ["MSFT.XNAS"], "metrics": {"sharpe_ratio": 1.5, "volatility": 0.4, "max_drawdown": 0}}');
SELECT pg_temp.record_at(6, '{}', 'failure');
SELECT pg_temp.record_at(7, '{}', 'interrupted');
SELECT set_tags('1aaa', '{good}'), set_tags('3aaa', '{good,bad}');

SELECT is(pg_temp.best(arguments), expected, arguments)
  FROM (VALUES
        ('''sharpe_ratio''',                                          '2 5 1 3'),
        ('''volatility''',                                            '2 3 1 5'),
        ('''max_drawdown''',                                          '5 1 3 2'),
        ('''sharpe_ratio'', result_limit => 1',                       '2'),
        ('''sharpe_ratio'', result_limit => 2',                       '2 5'),
        ('''sharpe_ratio'', result_limit => 1000',                    '2 5 1 3'),
        ('''sharpe_ratio'', ''momentum''',                            '2'),
        ('''sharpe_ratio'', ''sma_crossover''',                       '5 1 3'),
        ('''volatility'', ''sma_crossover''',                         '3 1 5'),
        ('''sharpe_ratio'', strategy_name => ''slow''',               '3'),
        ('''sharpe_ratio'', instrument => ''MSFT.XNAS''',             '5'),
        ('''sharpe_ratio'', since => ''2026-03-02 09:03+00''',        '5 3'),
        ('''sharpe_ratio'', until => ''2026-03-02 09:03+00''',        '2 1'),
        ('''sharpe_ratio'', parameters => ''{"fast_period": 20}''',   '3'),
        ('''sharpe_ratio'', parameters => ''{"fast_period": {"<": 20}}''', '2 5 1'),
        ('''sharpe_ratio'', tags => ''{good}''',                      '1 3'),
        ('''sharpe_ratio'', tags => ''{good,bad}''',                  '3'),
        ('''sharpe_ratio'', metrics => ''{"volatility": {"<": 0.3}}''', '2 3'),
        ('''sharpe_ratio'', metrics => ''{"sharpe_ratio": {"<": 2}}''', '5 1 3'),
        ('''sharpe_ratio'', metrics => ''{"sharpe_ratio": 1.5}''',    '5 1'),
        ('''sharpe_ratio'', metrics => ''{"volatility": 0.1}''',      '2'),
        ('''sharpe_ratio'', metrics => ''{}''',                       '2 5 1 3'),
        ('''sharpe_ratio'', metrics => ''{"sharpe_ratio": {"exists": true}}''', '2 5 1 3'),
        ('''sharpe_ratio'', metrics => ''{"sharpe_ratio": {"exists": false}}''', ''),
        ('''sharpe_ratio'', metrics => ''{"volatility": {"exists": false}}''',   ''),
        ('''volatility'', metrics => ''{"sharpe_ratio": {"exists": false}}''',   ''),
        ('''volatility'', ''sma_crossover'', metrics => ''{"sharpe_ratio": {">=": 1.5}}'', result_limit => 1', '1')
       ) AS example (arguments, expected);

SELECT results_eq($$ SELECT rank, run_id, short_id, value, strategy_name, instruments, data_start, data_end, parameters,
                            total_return, sharpe_ratio, max_drawdown, total_trades
                       FROM best_runs('volatility', result_limit => 2) $$,
                  $$ SELECT row_number() OVER (ORDER BY volatility), run_id, left(short_id, 8), volatility,
                      strategy_name, instruments,
                            data_start, data_end, parameters, total_return, sharpe_ratio, max_drawdown, total_trades
                       FROM (SELECT run.* FROM get_run('2aaa') AS run UNION ALL SELECT run.*
                             FROM get_run('3aaa') AS run) AS run $$,
                  'rank, run, value and the parameters that made it');
SELECT is((SELECT array_agg(rank ORDER BY rank) FROM best_runs('sharpe_ratio')), '{1,2,3,4}',
          'ranks go on, through ties too');
SELECT pg_temp.record_at(8, '{"metrics": {"sharpe_ratio": 9.000000000000002}}');
SET LOCAL extra_float_digits = -5;
SELECT is((SELECT value FROM best_runs('sharpe_ratio', result_limit => 1)), 9.000000000000002::double precision,
          'the value is exact, whatever the settings');
RESET extra_float_digits;

SELECT set_eq(format('SELECT run_id, value FROM btsql.best_runs(%L)', metric),
              format('SELECT run_id, %1$I FROM btsql.performance_metrics WHERE %1$I IS NOT NULL', metric),
              'runs are ranked by ' || metric)
  FROM metric_definition()
 WHERE better IS NOT NULL;
SELECT is(pg_temp.diagnostics(format('SELECT btsql.best_runs(%L)', metric)) - '{detail,rule,table}'::text[],
          jsonb_build_object('sqlstate', '22023', 'message', format('metric "%s" cannot be ranked: neither direction is better', metric),
                             'hint', 'Sort by it with list_runs(sort_by => ...).'), 'nobody is best by ' || metric)
  FROM metric_definition()
 WHERE better IS NULL;
SELECT throws_ok(format('SELECT btsql.best_runs(%s)', arguments), '22023', message, arguments)
  FROM (VALUES
        ('''sharpe''',                                        'there is no metric "sharpe"'),
        ('''started_at''',                                    'there is no metric "started_at"'),
        ('NULL',                                              'there is no metric "NULL"'),
        ('''sharpe_ratio'', result_limit => 0',               'result_limit is 0, not 1 to 1000'),
        ('''sharpe_ratio'', result_limit => 1001',            'result_limit is 1001, not 1 to 1000'),
        ('''sharpe_ratio'', result_limit => NULL',            'result_limit is NULL, not 1 to 1000'),
        ('''sharpe_ratio'', metrics => ''[]''',               'criteria must be a JSON object, not array'),
        ('''sharpe_ratio'', metrics => ''1''',                'criteria must be a JSON object, not number'),
        ('''sharpe_ratio'', metrics => ''{"sharpe_ratio": "high"}''',
         'metric "sharpe_ratio" is compared by "=" with "high"'),
        ('''sharpe_ratio'', metrics => ''{"sharpe_ratio": {}}''', 'metric "sharpe_ratio" is compared by "=" with {}'),
        ('''sharpe_ratio'', metrics => ''{"sharpe": 1}''',    'there is no metric "sharpe"'),
        ('''sharpe_ratio'', parameters => ''[1]''',           'criteria must be a JSON object, not array')
       ) AS example (arguments, message);

SELECT is((SELECT array_agg(DISTINCT key ORDER BY key)::text[] FROM best_runs('sharpe_ratio'), jsonb_object_keys(metrics) AS key),
          (SELECT array_agg(metric ORDER BY metric)::text[] FROM metric_definition()), 'every metric comes with each run');

SELECT * FROM finish();
ROLLBACK;
