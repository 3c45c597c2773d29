-- Tests of functions/run_config_hash
BEGIN;
\ir ../fixtures.psql
SELECT plan(9);

SELECT has_function('btsql', 'run_config_hash', ARRAY['text', 'jsonb']);
SELECT function_returns('btsql', 'run_config_hash', ARRAY['text', 'jsonb'], 'text');
SELECT function_lang_is('btsql', 'run_config_hash', ARRAY['text', 'jsonb'], 'sql');
SELECT volatility_is('btsql', 'run_config_hash', ARRAY['text', 'jsonb'], 'immutable');
SELECT is_strict('btsql', 'run_config_hash', ARRAY['text', 'jsonb']);

SELECT is(run_config_hash('module:Class', '{"b": 1, "a": 2}'),
          config_hash('{"strategy_path": "module:Class", "parameters": {"a": 2, "b": 1}}'),
          'the hash covers the path of the strategy and its parameters');
SELECT isnt(run_config_hash('module:Class', '{}'), run_config_hash('module:Other', '{}'), 'another strategy, another hash');
SELECT isnt(run_config_hash('module:Class', '{"a": 1}'), run_config_hash('module:Class', '{"a": 2}'),
            'another parameter, another hash');

-- What the identity of a recorded run covers, and what it does not.
CREATE TEMPORARY VIEW hash AS
SELECT strategy_name AS label, config_hash FROM backtest_run;

SELECT record_run(pg_temp.success_record('{"strategy_name": "base"}'));
SELECT record_run(pg_temp.success_record(changes || jsonb_build_object(
           'strategy_name', label,
           'started_at', timestamptz '2026-03-02 10:00:00+00' + number * interval '1 second')))
  FROM (VALUES
        (1, 'other writing',    '{"parameters": {"slow_period": 3e1, "fast_period": 10.0}}'::jsonb),
        (2, 'other data',       '{"instruments": ["MSFT.XNAS"], "data_start": "2021-01-01T00:00Z", "data_source": "mock"}'),
        (3, 'other money',      '{"initial_capital": 5, "currency": "EUR"}'),
        (4, 'other snapshot',   '{"snapshot": {"seed": 1}, "environment": {}}'),
        (5, 'other path',       '{"strategy_path": "mine:SMACrossover"}'),
        (6, 'other parameter',  '{"parameters": {"fast_period": 11, "slow_period": 30}}'),
        (7, 'text parameter',   '{"parameters": {"fast_period": "10", "slow_period": 30}}'),
        (8, 'one more',         '{"parameters": {"fast_period": 10, "slow_period": 30, "extra": null}}')
       ) AS variant (number, label, changes);

SELECT results_eq(
    $$ SELECT label::text
         FROM hash
        WHERE config_hash = (SELECT config_hash FROM hash WHERE label = 'base')
        ORDER BY label $$,
    $$ VALUES ('base'), ('other data'), ('other money'), ('other snapshot'), ('other writing') $$,
    'data, money, snapshot and writing are no part of the identity; path and each parameter are');

SELECT * FROM finish();
ROLLBACK;
