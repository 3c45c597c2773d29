-- Tests of functions/surroundings_of
BEGIN;
\ir ../fixtures.psql
SELECT plan(11);

SELECT has_function('btsql', 'surroundings_of', ARRAY['jsonb']);
SELECT function_returns('btsql', 'surroundings_of', ARRAY['jsonb'], 'jsonb');
SELECT function_lang_is('btsql', 'surroundings_of', ARRAY['jsonb'], 'sql');
SELECT volatility_is('btsql', 'surroundings_of', ARRAY['jsonb'], 'immutable');

SELECT is(surroundings_of(record), expected, record::text)
  FROM (VALUES
        ('{}'::jsonb, '{}'::jsonb),
        ('{"initial_capital": 1e5, "currency": "USD", "data_source": "csv", "strategy_type": "x", "parameters": {"a": 1},
           "snapshot": {"venues": [{"name": "XNAS", "fill_model": null}], "engine": {}},
           "environment": {"nautilus_trader": "1.2", "data_fingerprint": "abc", "source_digest": "sha256:1",
                             "python": "3.13"}}',
         '{"initial_capital": 100000, "currency": "USD", "data_source": "csv", "venues": [{"name": "XNAS"}],
           "strategy_source": "sha256:1", "engine_version": "1.2", "data_fingerprint": "abc"}'),
        ('{"initial_capital": null, "currency": null, "snapshot": null, "environment": null}', '{}'),
        ('{"snapshot": "text", "environment": ["nautilus_trader"]}', '{}'),
        ('[]', '{}')
       ) AS example (record, expected);
SELECT is(surroundings_of(NULL), '{}', 'of nothing, nothing is known');
SELECT pg_temp.record_at(1);
SELECT is((SELECT surroundings_of(to_jsonb(run)) FROM backtest_run AS run), surroundings_of(pg_temp.success_record()),
          'a row of runs tells the same as its record');

SELECT * FROM finish();
ROLLBACK;
