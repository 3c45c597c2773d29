-- Tests of functions/surroundings_of
BEGIN;
\ir ../fixtures.psql
SELECT plan(23);

SELECT has_function('btsql', 'surroundings_of', ARRAY['jsonb']);
SELECT function_returns('btsql', 'surroundings_of', ARRAY['jsonb'], 'jsonb');
SELECT function_lang_is('btsql', 'surroundings_of', ARRAY['jsonb'], 'sql');
SELECT volatility_is('btsql', 'surroundings_of', ARRAY['jsonb'], 'immutable');

SELECT is(surroundings_of(record), expected, left(record::text, 300))
  FROM (VALUES
        ('{}'::jsonb, '{}'::jsonb),
        ('{"initial_capital": 1e5, "currency": "USD", "data_source": "csv", "strategy_type": "x", "parameters": {"a": 1},
           "snapshot": {"venues": [{"name": "XNAS", "fill_model": null}], "engine": {}},
           "environment": {"nautilus_trader": "1.2", "data_fingerprint": "abc", "source_digest": "sha256:1",
                             "python": "3.13"}}',
         '{"initial_capital": 100000, "currency": "USD", "data_source": "csv", "venues": [{"name": "XNAS"}],
           "strategy_source": "sha256:1", "engine_version": "1.2", "data_fingerprint": "abc"}'),
        ('{"initial_capital": 5, "snapshot": {"venues": [{"venue": "A", "starting_balances": ["5 USD"]}]}}',
         '{"initial_capital": 5, "currency": "USD", "venues": [{"venue": "A"}]}'),
        ('{"initial_capital": 5, "snapshot": {"venues": [{"venue": "A", "starting_balances": ["5 USD", "1 BTC"]}]}}',
         '{"initial_capital": 5, "venues": [{"venue": "A", "starting_balances": ["5 USD", "1 BTC"]}]}'),
        ('{"initial_capital": 5, "snapshot": {"venues": [{"venue": "A", "starting_balances": ["5 USD"]}, {"venue": "B"}]}}',
         '{"initial_capital": 5, "venues": [{"venue": "A", "starting_balances": ["5 USD"]}, {"venue": "B"}]}'),
        -- A run that was killed has no capital but this.
        ('{"snapshot": {"venues": [{"starting_balances": ["1_000.50 USD"]}]}}',
         '{"initial_capital": 1000.50, "currency": "USD", "venues": [{}]}'),
        ('{"initial_capital": null, "currency": null, "snapshot": {"venues": [{"starting_balances": ["5 USD"]}]}}',
         '{"initial_capital": 5, "currency": "USD", "venues": [{}]}'),
        ('{"snapshot": {"venues": [{"starting_balances": ["much"]}]}}', '{"venues": [{"starting_balances": ["much"]}]}'),
        (format('{"snapshot": {"venues": [{"starting_balances": ["%s USD"]}]}}', repeat('9', 200000))::jsonb,
         format('{"venues": [{"starting_balances": ["%s USD"]}]}', repeat('9', 200000))::jsonb),
        ('{"snapshot": {"venues": [{"venue": "B"}, 7, {"venue": "A"}]}}', '{"venues": [{"venue": "A"}, {"venue": "B"}, 7]}'),
        ('{"snapshot": {"venues": []}}', '{"venues": []}'),
        ('{"snapshot": {"random_state": "one"}}', '{"random_numbers": "7692c3ad3540"}'),
        ('{"initial_capital": 5, "snapshot": {"venues": "text"}}', '{"initial_capital": 5, "venues": "text"}'),
        ('{"initial_capital": null, "currency": null, "snapshot": null, "environment": null}', '{}'),
        ('{"instruments": ["A.X"], "snapshot": {
             "instruments": [{"id": "B.X"}, {"id": "A.X", "taker_fee": "0.01", "ts_init": 5, "ts_event": 5, "info": {"a": 1}}, 7],
             "engine": {"risk_engine": {"bypass": true, "debug": true}, "cache": {"bar_capacity": 5}, "portfolio": null,
                        "trader_id": "T-1", "exec_engine": "text"},
             "actors": [{"actor_path": "m:A"}], "exec_algorithms": []}}',
         '{"instrument_definitions": [{"id": "A.X", "taker_fee": "0.01"}], "engine_settings": {"risk_engine": {"bypass": true}},
           "actors": [{"actor_path": "m:A"}], "exec_algorithms": []}'),
        ('{"snapshot": "text", "environment": ["nautilus_trader"]}', '{}'),
        ('[]', '{}')
       ) AS example (record, expected);
SELECT is(surroundings_of(NULL), '{}', 'of nothing, nothing is known');
SELECT pg_temp.record_at(1);
SELECT is((SELECT surroundings_of(to_jsonb(run)) FROM backtest_run AS run), surroundings_of(pg_temp.success_record()),
          'a row of runs tells the same as its record');

SELECT * FROM finish();
ROLLBACK;
