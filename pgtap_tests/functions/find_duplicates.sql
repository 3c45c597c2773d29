-- Tests of functions/find_duplicates
BEGIN;
\ir ../fixtures.psql
SELECT plan(87);

SELECT has_function('btsql', 'find_duplicates', ARRAY['jsonb', 'integer']);
SELECT function_returns('btsql', 'find_duplicates', ARRAY['jsonb', 'integer'], 'setof duplicate_run');
SELECT function_lang_is('btsql', 'find_duplicates', ARRAY['jsonb', 'integer'], 'plpgsql');
SELECT volatility_is('btsql', 'find_duplicates', ARRAY['jsonb', 'integer'], 'stable');

SELECT is((SELECT proargnames[1:2]::text[] FROM pg_proc WHERE oid = 'btsql.find_duplicates'::regproc),
          '{config,result_limit}',
          'arguments are given by name');

CREATE FUNCTION pg_temp.found(config jsonb)
RETURNS text
LANGUAGE sql
AS $$
    SELECT pg_temp.places(format('SELECT run_id FROM btsql.find_duplicates(%L)', config));
$$;

SELECT is(pg_temp.found(pg_temp.success_record()), '', 'an empty history has no duplicate');

-- 1 is what is asked for; the others differ in one thing each.
SELECT pg_temp.record_at(1);
SELECT pg_temp.record_at(2, '{"parameters": {"fast_period": 10, "slow_period": 31}}');
SELECT pg_temp.record_at(3, '{"parameters": {"fast_period": "10", "slow_period": 30}}');
SELECT pg_temp.record_at(4, '{"parameters": {"fast_period": 10, "slow_period": 30, "extra": null}}');
SELECT pg_temp.record_at(5, '{"strategy_path": "btsql.strategies.sma_crossover:Other"}');
SELECT pg_temp.record_at(6, '{"instruments": ["AAPL.XNAS", "MSFT.XNAS"]}');
SELECT pg_temp.record_at(7, '{"data_start": "2020-01-02T00:00:00.000001Z"}');
SELECT pg_temp.record_at(8, '{"data_end": "2024-12-31T00:00:01Z"}');
SELECT pg_temp.record_at(9, '{}', 'failure');
SELECT pg_temp.record_at(10, '{}', 'interrupted');
SELECT pg_temp.record_at(11, '{"instruments": ["MSFT.XNAS"]}');
-- No part of the identity.
SELECT pg_temp.record_at(12,
                         '{"strategy_type": "other", "strategy_name": "label", "duration_seconds": 9, "metrics": {"sharpe_ratio": -1}}');
SELECT pg_temp.record_at(13,
                         '{"parameters": {"slow_period": 3e1, "fast_period": 10.0}, "data_start": "2020-01-02T01:00:00+01:00"}');
SELECT pg_temp.record_at(14, '{}', 'failure');

-- What is asked about is a record without an id.
CREATE TEMPORARY TABLE asked AS SELECT pg_temp.success_record() - 'run_id' AS config;

SELECT is(pg_temp.found(config), '13 12 1',
          'same strategy, parameters, instruments and dates, newest first; only successes') FROM asked;
SELECT is(pg_temp.found(config - key), '13 12 1', 'whatever its ' || key)
  FROM asked
 CROSS JOIN (VALUES ('metrics'), ('status'), ('strategy_name'), ('strategy_type'), ('started_at'), ('snapshot'),
             ('environment'),
                    ('initial_capital')) AS given (key);
SELECT is(pg_temp.found(config || change), expected, change::text)
  FROM asked
 CROSS JOIN (VALUES
        ('{"parameters": {"fast_period": 10, "slow_period": 31.0}}'::jsonb,       '2'),
        ('{"parameters": {"fast_period": "10", "slow_period": 30}}',              '3'),
        ('{"parameters": {"fast_period": 10, "slow_period": 30, "extra": null}}', '4'),
        ('{"parameters": {}}',                                                    ''),
        ('{"strategy_path": "btsql.strategies.sma_crossover:Other"}',             '5'),
        ('{"instruments": ["AAPL.XNAS", "MSFT.XNAS"]}',                           '6'),
        ('{"instruments": ["MSFT.XNAS", "AAPL.XNAS"]}',                           '6'),
        ('{"instruments": ["MSFT.XNAS", "AAPL.XNAS", "X"]}',                      ''),
        ('{"instruments": []}',                                                   ''),
        ('{"instruments": [null]}',                                               ''),
        ('{"instruments": [1, {"a": []}]}',                                       ''),
        ('{"data_start": "2020-01-02T00:00:00.000001Z"}',                         '7'),
        ('{"data_start": "2020-01-02T05:30:00.000001+05:30"}',                    '7'),
        ('{"data_end": "2024-12-31T00:00:01Z"}',                                  '8'),
        ('{"strategy_path": "x'' OR true --:C"}',                                 '')
       ) AS example (change, expected);

-- A run of the history leaves itself out.
SELECT is(pg_temp.found(run_identity(reference)), expected, 'like ' || reference)
  FROM (VALUES ('1aaa', '13 12'), ('12aa', '13 1'), ('@ok', '12 1'), ('2aaa', ''), ('6aaa', ''), ('9aaa', '13 12 1'))
      AS example (reference, expected);
SELECT is(pg_temp.found(config || jsonb_build_object('run_id', find_run('12aa'))), '13 1',
          'a run_id in the document does it') FROM asked;
SELECT is(pg_temp.found(config || '{"run_id": null}'), '13 12 1', 'null is none') FROM asked;

SELECT is(pg_temp.places(format('SELECT run_id FROM btsql.find_duplicates(%L, 2)', config)), '13 12', 'the newest 2: a failure takes no place')
    FROM asked;
SELECT results_eq(format('SELECT run_id, short_id, started_at, total_return, sharpe_ratio, max_drawdown
                            FROM find_duplicates(%L) WHERE sharpe_ratio < 0', config),
                  $$ SELECT run_id, short_id, started_at, total_return, sharpe_ratio,
                      max_drawdown FROM get_run('12aa') $$,
                  'each with its figures')
  FROM asked;

-- What else differs.
CREATE FUNCTION pg_temp.difference(changes jsonb, asked jsonb DEFAULT '{}')
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    found jsonb;
BEGIN
    DELETE FROM btsql.backtest_run;
    PERFORM pg_temp.record_at(1, '{"snapshot": {"venues": [{"name": "XNAS", "fee": null}]},
                                   "environment": {"nautilus_trader": "1.220", "data_fingerprint": "abc", "host": "here"}}' || changes);
    SELECT differences INTO STRICT found
      FROM btsql.find_duplicates(pg_temp.success_record() - 'run_id'
               || '{"snapshot": {"venues": [{"name": "XNAS", "fee": null}], "engine": {}},
                    "environment": {"nautilus_trader": "1.220", "data_fingerprint": "abc", "host": "there"}}' || asked);
    RETURN found;
END;
$$;

SELECT is(pg_temp.difference(changes, asked), expected, format('%s against %s', asked, changes))
  FROM (VALUES
        ('{}'::jsonb, '{}'::jsonb, '{}'::jsonb),
        ('{"initial_capital": 100000.00}', '{}', '{}'),
        ('{"initial_capital": 50000}', '{}', '{"initial_capital": {"wanted": 100000, "recorded": 50000}}'),
        ('{"currency": "EUR"}', '{}', '{"currency": {"wanted": "USD", "recorded": "EUR"}}'),
        ('{"data_source": "mock"}', '{}',
         '{"data_source": {"wanted": "csv", "recorded": "mock"}, "data_not_compared": {"wanted": null, "recorded": null}}'),
        ('{"data_source": "mock", "environment": {"data_fingerprint": "abd"}}', '{}',
         '{"data_source": {"wanted": "csv", "recorded": "mock"}, "data_fingerprint": {"wanted": "abc", "recorded": "abd"}}'),
        ('{"snapshot": {"data": [{"path": "/a.csv"}]}, "environment": {}}', '{"snapshot": {"data": [{"path": "/b.csv"}]}}',
         '{"data": {"wanted": [{"path": "/b.csv"}], "recorded": [{"path": "/a.csv"}]},
           "data_not_compared": {"wanted": null, "recorded": null}}'),
        ('{"snapshot": {"venues": [{"name": "SIM"}]}}', '{}',
         '{"venues": {"wanted": [{"name": "XNAS"}], "recorded": [{"name": "SIM"}]}}'),
        ('{"environment": {"nautilus_trader": "1.221", "data_fingerprint": "abd"}}', '{}',
         '{"engine_version": {"wanted": "1.220", "recorded": "1.221"}, "data_fingerprint": {"wanted": "abc", "recorded": "abd"}}'),
        ('{"environment": {"source_digest": "sha256:1"}}', '{"environment": {"source_digest": "sha256:2"}}',
         '{"strategy_source": {"wanted": "sha256:2", "recorded": "sha256:1"}}'),
        ('{"environment": {}, "snapshot": {}}', '{}', '{}'),
        ('{"environment": null}', '{}', '{}'),
        ('{}', '{"environment": null, "snapshot": null, "initial_capital": null, "currency": null, "data_source": null}', '{}'),
        ('{"currency": "EUR", "initial_capital": 1}', '{"currency": "EUR"}',
         '{"initial_capital": {"wanted": 100000, "recorded": 1}}'),
        -- Data of which every value is known to be the same is not other data, wherever it came from; of a sample nobody knows.
        ('{"data_source": "mock", "snapshot": {"data": [{"seed": 1}]},
           "environment": {"data_fingerprint": "abc", "data_fingerprint_covers": "every value of 1,234 items"}}',
         '{"snapshot": {"data": [{"path": "/a.csv"}]}}', '{}'),
        ('{"data_source": "mock", "snapshot": {"data": [{"seed": 1}]},
           "environment": {"data_fingerprint": "abd", "data_fingerprint_covers": "every value of 1,234 items"}}',
         '{"snapshot": {"data": [{"path": "/a.csv"}]}}',
         '{"data_source": {"wanted": "csv", "recorded": "mock"}, "data_fingerprint": {"wanted": "abc", "recorded": "abd"},
           "data": {"wanted": [{"path": "/a.csv"}], "recorded": [{"seed": 1}]}}'),
        ('{"data_source": "mock",
           "environment": {"data_fingerprint": "abc",
                           "data_fingerprint_covers": "every value of 9 items; of Custom no value"}}',
         '{}', '{"data_source": {"wanted": "csv", "recorded": "mock"},
                 "data_not_compared": {"wanted": null, "recorded": "every value of 9 items; of Custom no value"}}'),
        ('{"environment": {"data_fingerprint": "abc", "data_fingerprint_covers": "a sample of 40,000 items"}}',
         '{"environment": {"data_fingerprint": "abc", "data_fingerprint_covers": "a sample of 40,000 items"}}',
         '{"data_not_compared": {"wanted": "a sample of 40,000 items", "recorded": "a sample of 40,000 items"}}'),
        ('{"snapshot": {"data": [{"sha256": "f"}]},
           "environment": {"data_fingerprint": "abc", "data_fingerprint_covers": "a sample of 40,000 items"}}',
         '{"snapshot": {"data": [{"sha256": "f"}]}}', '{}'),
        ('{"snapshot": {"data": [{"sha256": "f"}, {}]},
           "environment": {"data_fingerprint": "abc", "data_fingerprint_covers": "a sample of 40,000 items"}}',
         '{"snapshot": {"data": [{"sha256": "f"}, {}]}}',
         '{"data_not_compared": {"wanted": null, "recorded": "a sample of 40,000 items"}}'),
        ('{"snapshot": {"random_state": "one"}}', '{"snapshot": {"random_state": "two"}}',
         '{"random_numbers": {"wanted": "3fc4ccfe7458", "recorded": "7692c3ad3540"}}'),
        ('{"snapshot": {"random_state": "one"}}', '{"snapshot": {"random_state": "one"}}', '{}'),
        -- What was built otherwise, of the instruments that were tested.
        ('{"snapshot": {"instruments": [{"id": "AAPL.XNAS", "taker_fee": "0", "ts_init": 1}, {"id": "OTHER.XNAS"}]}}',
         '{"snapshot": {"instruments": [{"id": "AAPL.XNAS", "taker_fee": "0.01", "ts_init": 2}]}}',
         '{"instrument_definitions": {"wanted": [{"id": "AAPL.XNAS", "taker_fee": "0.01"}],
                                       "recorded": [{"id": "AAPL.XNAS", "taker_fee": "0"}]}}'),
        ('{"snapshot": {"engine": {"risk_engine": {"bypass": false, "debug": true}, "trader_id": "A-1"}}}',
         '{"snapshot": {"engine": {"risk_engine": {"bypass": true}, "trader_id": "B-1"}}}',
         '{"engine_settings": {"wanted": {"risk_engine": {"bypass": true}}, "recorded": {"risk_engine": {"bypass": false}}}}'),
        ('{"snapshot": {"actors": [], "exec_algorithms": [1]}}', '{"snapshot": {"actors": [{"actor_path": "m:A"}], "exec_algorithms": [2]}}',
         '{"actors": {"wanted": [{"actor_path": "m:A"}], "recorded": []}, "exec_algorithms": {"wanted": [2], "recorded": [1]}}'),
        ('{"data_source": "mock",
           "environment": {"data_fingerprint": "abc", "data_fingerprint_covers": "every value of 1,234 items"}}',
         '{"environment": {}}',
         '{"data_source": {"wanted": "csv", "recorded": "mock"},
           "data_not_compared": {"wanted": null, "recorded": "every value of 1,234 items"}}')
       ) AS example (changes, asked, expected);

-- Documents that ask for nothing sensible.
SELECT is(pg_temp.diagnostics(format('SELECT btsql.find_duplicates(%L)',
                                     config || change)) - '{detail,rule,table,hint}'::text[],
          jsonb_build_object('sqlstate', state, 'message', message), change::text)
  FROM asked
 CROSS JOIN (VALUES
        ('{"data_start": "yesterday"}'::jsonb, '22007', 'key "data_start" of the record is not a time: "yesterday"'),
        ('{"data_end": "2024-02-30T00:00:00Z"}', '22008',
         'key "data_end" of the record is not a time: "2024-02-30T00:00:00Z"'),
        ('{"data_end": "2024-12-31"}', '22007', 'key "data_end" of the record is not a time: "2024-12-31"'),
        ('{"run_id": "@"}', '22P02', 'key "run_id" of the record is not a run id: "@"'),
        ('{"run_id": "@", "parameters": {"no": "such"}}', '22P02', 'key "run_id" of the record is not a run id: "@"'),
        ('{"parameters": null}', '22023', 'key "parameters" of the configuration is missing or of a wrong type'),
        ('{"instruments": "AAPL.XNAS"}', '22023',
         'key "instruments" of the configuration is missing or of a wrong type')
       ) AS example (change, state, message);
SELECT is(pg_temp.refusal(format('SELECT btsql.find_duplicates(%L)', given)), '22023',
          coalesce(given, 'NULL') || ' is refused')
  FROM (VALUES ('{}'), ('[]'), ('1'), ('null'), (NULL)) AS example (given);
SELECT throws_ok(format('SELECT btsql.find_duplicates(%L, %L)', config, given), '22023',
                 format('result_limit is %s, not 1 to 1000', coalesce(given, 'NULL')),
                     'a limit of ' || coalesce(given, 'NULL'))
  FROM asked
 CROSS JOIN (VALUES ('0'), ('1001'), (NULL)) AS example (given);

-- The very same data that was asked for by other dates is the same; more runs on other data do not hide it.
CREATE FUNCTION pg_temp.on_data(fingerprint text, covers text DEFAULT 'every value of 9 items')
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT jsonb_build_object(
        'parameters', '{"data": "same"}'::jsonb, 'environment', jsonb_build_object(
            'data_fingerprint', fingerprint, 'data_fingerprint_covers', covers));
$$;
SELECT pg_temp.record_at(500, pg_temp.on_data('a') || '{"data_start": "2020-01-01T23:59:59.999999Z"}'),
       pg_temp.record_at(501, pg_temp.on_data('b') || '{"data_start": "2020-01-01T23:59:59.999999Z"}'),
       pg_temp.record_at(502, pg_temp.on_data('s', 'a sample') || '{"data_start": "2020-01-01T23:59:59.999999Z"}'),
       pg_temp.record_at(503, pg_temp.on_data('b')), pg_temp.record_at(504, pg_temp.on_data('b'));
SELECT results_eq(
    format('SELECT left(short_id, 4), differences FROM btsql.find_duplicates(%L, %s)',
           pg_temp.success_record() - 'run_id' || pg_temp.on_data(fingerprint, covers), most),
    format('SELECT * FROM jsonb_to_recordset(%L) AS expected (id text, differences jsonb)', expected), what)
  FROM (VALUES
        ('a', 'every value of 9 items', 1, '[{"id": "500a", "differences": {}}]', 'the same data first, though the newest is other data'),
        ('b', 'every value of 9 items', 2, '[{"id": "504a", "differences": {}}, {"id": "503a", "differences": {}}]', 'of the same data the newest'),
        ('s', 'a sample', 1,
         '[{"id": "504a", "differences": {"data_fingerprint": {"wanted": "s", "recorded": "b"}}}]',
         'a sample on other dates is not the same')) AS example (fingerprint, covers, most, expected, what);
SELECT pg_temp.record_at(505, pg_temp.on_data('a') - 'environment');
SELECT is(pg_temp.places(format('SELECT run_id FROM btsql.find_duplicates(%L, %s)',
                                pg_temp.success_record() - 'run_id' || pg_temp.on_data('a'), most)),
          expected, format('of runs that are not known to be on the same data the newest, whatever is known: %s', most))
  FROM (VALUES (1, '500'), (2, '505 500'), (3, '505 504 500')) AS example (most, expected);

SELECT * FROM finish();
ROLLBACK;
