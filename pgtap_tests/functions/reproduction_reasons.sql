-- Tests of functions/reproduction_reasons
BEGIN;
\ir ../fixtures.psql
SELECT plan(50);

SELECT has_function('btsql', 'reproduction_reasons', ARRAY['jsonb', 'jsonb']);
SELECT function_returns('btsql', 'reproduction_reasons', ARRAY['jsonb', 'jsonb'], 'setof record');
SELECT function_lang_is('btsql', 'reproduction_reasons', ARRAY['jsonb', 'jsonb'], 'sql');
SELECT volatility_is('btsql', 'reproduction_reasons', ARRAY['jsonb', 'jsonb'], 'immutable');
SELECT is((SELECT proargnames::text[] FROM pg_proc WHERE oid = 'btsql.reproduction_reasons'::regproc),
          '{original,reproduction,rank,field,original_value,reproduced_value,is_circumstance,note}', 'columns of the result');

-- The reasons that two runs have, which are alike but for these keys.
CREATE FUNCTION pg_temp.reasons(one jsonb, other jsonb)
RETURNS text
LANGUAGE sql
AS $$
    SELECT coalesce(string_agg(concat_ws(' ', field, original_value, reproduced_value), ', ' ORDER BY place), '')
      FROM btsql.reproduction_reasons(pg_temp.success_record() || one, pg_temp.success_record() || other)
      WITH ORDINALITY AS reason (rank, field, original_value, reproduced_value, is_circumstance, note, place);
$$;

SELECT is(pg_temp.reasons(one, other), expected, what)
  FROM (VALUES
        ('{}'::jsonb, '{}'::jsonb, '', 'the same has none'),
        ('{"environment": null}', '{"environment": null}', '', 'nor has what tells nothing of itself'),
        ('{"environment": {"data_fingerprint": "a"}}', '{"environment": {"data_fingerprint": "b"}}', 'data a b', 'data'),
        ('{"environment": {"data_fingerprint": "a"}, "snapshot": {"data": [1]}}',
         '{"environment": {"data_fingerprint": "a"}, "snapshot": {"data": [2]}}', '', 'equal data from elsewhere'),
        ('{"environment": {"data_fingerprint": "a"}, "snapshot": {"data": [1]}}', '{"snapshot": {"data": [2]}}',
         'data source [1] [2]', 'data of which only one has a fingerprint'),
        ('{"snapshot": {"data": [1]}}', '{"snapshot": {"data": [1]}}', '', 'the same place without fingerprints'),
        ('{"environment": {"data_fingerprint": "a", "data_fingerprint_covers": "a part"}}',
         '{"environment": {"data_fingerprint": "a", "data_fingerprint_covers": "a part"}}',
         'data not compared a part a part', 'data of which only a sample is known to be the same'),
        ('{"environment": {"data_fingerprint": "a", "data_fingerprint_covers": "every value of 1,000 items"}}',
         '{"environment": {"data_fingerprint": "a", "data_fingerprint_covers": "every value of 1,000 items"}}', '',
         'data of which all is'),
        ('{"environment": {"data_fingerprint": "a", "data_fingerprint_covers": "a part"}, "snapshot": {"data": [{"sha256": "x"}]}}',
         '{"environment": {"data_fingerprint": "a", "data_fingerprint_covers": "a part"}, "snapshot": {"data": [{"sha256": "x"}]}}', '',
         'or whose file is, to the last byte'),
        ('{"environment": {"data_fingerprint": "a", "data_fingerprint_covers": "a part"}, "snapshot": {"data": [{"sha256": "x"}, {}]}}',
         '{"environment": {"data_fingerprint": "a", "data_fingerprint_covers": "a part"}, "snapshot": {"data": [{"sha256": "x"}, {}]}}',
         'data not compared a part a part', 'not only one of its files'),
        ('{"environment": {"data_fingerprint": "a", "data_fingerprint_covers": "a part"}, "snapshot": {"data": [{"sha256": "x"}]}}',
         '{"environment": {"data_fingerprint": "a", "data_fingerprint_covers": "a part"}, "snapshot": {"data": [{"sha256": "y"}]}}',
         'data file x y, data not compared a part a part', 'a file that was changed where no sample was taken'),
        ('{"snapshot": {"instruments": [{"id": "A", "taker_fee": "0", "lot_size": "1"}, {"id": "B"}]}}',
         '{"snapshot": {"instruments": [{"id": "B"}, {"id": "A", "taker_fee": "0.01", "lot_size": "1"}]}}',
         'instrument A {"taker_fee": "0"} {"taker_fee": "0.01"}', 'of an instrument what differs'),
        ('{"snapshot": {"instruments": [{"id": "A", "ts_init": 1, "ts_event": 1, "info": null}]}}',
         '{"snapshot": {"instruments": [{"id": "A", "ts_init": 2, "ts_event": 2, "info": {"a": 1}}]}}', '',
         'not when its definition was made'),
        ('{"snapshot": {"venues": [{"venue": "A", "oms": 1}, {"venue": "B"}]}}',
         '{"snapshot": {"venues": [{"venue": "B"}, {"venue": "A", "oms": 2}]}}', 'venue A {"oms": 1} {"oms": 2}',
         'of venues in another order what differs'),
        ('{"environment": {"nautilus_trader": "1.221.0"}}', '{"environment": {"nautilus_trader": "1.231.0"}}',
         'engine version 1.221.0 1.231.0', 'engine version'),
        ('{"environment": {"source_digest": "a"}}', '{"environment": {"source_digest": "b"}}', 'strategy source a b',
         'the code of the strategy'),
        ('{"environment": {"source_digest": "a"}}', '{}', '', 'code that is known on one side only'),
        ('{"strategy_path": "a:B"}', '{"strategy_path": "a:C"}', 'strategy a:B a:C', 'another strategy'),
        ('{"parameters": {"a": 1, "b": 2}}', '{"parameters": {"a": 1.0, "b": 3, "c": null}}',
         'parameter b 2 3, parameter c', 'each parameter, numbers by value'),
        ('{"snapshot": {"venues": [{"venue": "A", "oms": 1, "routing": true, "fees": 1}, {"venue": "B"}]}}',
         '{"snapshot": {"venues": [{"venue": "A", "oms": 2, "routing": true, "book": 3}]}}',
         'venue A {"oms": 1, "fees": 1} {"oms": 2, "book": 3}, venue B {"venue": "B"}', 'venues, by what differs of them'),
        ('{"status": "interrupted"}', '{}', 'early end interrupted success', 'an original that was interrupted'),
        ('{"status": "interrupted"}', '{"status": "interrupted"}', 'early end interrupted interrupted', 'both interrupted'),
        ('{"status": "failure", "error_type": "stopped_early"}', '{"status": "failure", "error_type": "ValueError"}',
         'early end stopped_early ValueError', 'an early stop'),
        ('{"status": "failure", "error_type": "stopped_early"}', '{"status": "failure", "error_type": "stopped_early"}', '',
         'the same early stop'),
        ('{"environment": {"btsql": "1", "python": "3.11", "platform": "x", "host": "a"}}',
         '{"environment": {"btsql": "2", "python": "3.13", "platform": "y", "host": "b"}}',
         'btsql 1 2, platform x y, python 3.11 3.13', 'programs, but not the name of the machine'),
        ('{"snapshot": {"not_captured": ["an object"]}}', '{"snapshot": {"not_captured": ["an object"]}}',
         'not captured an object', 'what was not captured'),
        ('{"environment": {"data_fingerprint": "a", "data_fingerprint_covers": "every value of 9 items"},
           "snapshot": {"not_captured": ["an object", "the market data, which was handed over in memory"]}}',
         '{"environment": {"data_fingerprint": "a", "data_fingerprint_covers": "every value of 9 items"}}',
         'not captured an object', 'but not data that is known to be the same'),
        ('{"environment": {"data_fingerprint": "a"}, "snapshot": {"not_captured": ["the market data, ..."]}}',
         '{"environment": {"data_fingerprint": "a"}}', 'not captured the market data, ...', 'and data that is not'),
        ('{"snapshot": {"venues": [{"fill_model": {"prob_slippage": 0.5}}]}}',
         '{"snapshot": {"venues": [{"fill_model": {"prob_slippage": 0.5}}]}}', 'random fills', 'fills by chance without seed'),
        ('{"snapshot": {"run_config": {"venues": [{"fill_model": {"config": {"prob_slippage": 0.5, "random_seed": null}}}]}}}',
         '{}', 'random fills', 'those of a node'),
        ('{"snapshot": {"venues": [{"fill_model": {"prob_slippage": 0.5, "random_seed": 0}}]}}', '{"snapshot": {"venues": [{"fill_model": {"prob_slippage": 0.5, "random_seed": 0}}]}}', '',
         'fills by chance with a seed'),
        ('{"snapshot": {"random_state": "x", "venues": [{"fill_model": {"prob_fill_on_limit": 0.5}}]}}',
         '{"snapshot": {"random_state": "x", "venues": [{"fill_model": {"prob_fill_on_limit": 0.5}}]}}', '',
         'fills by chance whose random numbers were kept')
       ) AS example (one, other, expected, what);

-- What a run was varied in accounts for some of it.
SELECT is((SELECT string_agg(field, ', ') FROM btsql.reproduction_reasons(
               pg_temp.success_record() || one, pg_temp.success_record() || other || jsonb_build_object('changes', changes))
            WHERE is_circumstance), expected, what)
  FROM (VALUES
        ('{"environment": {"data_fingerprint": "a"}}'::jsonb, '{"environment": {"data_fingerprint": "b"}}'::jsonb,
         '{"fast_period": {}}'::jsonb, 'data', 'another parameter does not account for other data'),
        ('{"environment": {"data_fingerprint": "a"}}', '{"environment": {"data_fingerprint": "b"}}', '{"end": {}}', NULL,
         'another range does'),
        ('{"snapshot": {"data": [{"sha256": "x"}]}}', '{"snapshot": {"data": [{"sha256": "y"}]}}', '{"end": {}}', 'data file',
         'though not for another file'),
        ('{"environment": {"data_fingerprint": "a"}, "snapshot": {"data": [{"sha256": "x"}]}}',
         '{"environment": {"data_fingerprint": "b"}, "snapshot": {"data": [{"sha256": "y"}]}}', '{"end": {}}', 'data file',
         'nor though the range has another fingerprint'),
        ('{"snapshot": {"venues": [{"starting_balances": ["1 USD"], "oms": 1}]}}',
         '{"snapshot": {"venues": [{"starting_balances": ["2 USD"], "oms": 2}]}}', '{"capital": {}}', 'venue 1',
         'the capital accounts for nothing else of the venue'),
        ('{"snapshot": {"instruments": [{"id": "A", "a": 1}]}}', '{"snapshot": {"instruments": [{"id": "A", "a": 2}]}}',
         '{"data": {}}', NULL,
         'other data brings its instrument'),
        ('{"parameters": {"a": 1, "b": 1}}', '{"parameters": {"a": 2, "b": 2}}', '{"a": {}}', 'parameter b',
         'a parameter that was changed, not the one beside it'),
        ('{"parameters": {"capital": 1, "start": 1, "end": 1, "data": 1}}',
         '{"parameters": {"capital": 2, "start": 2, "end": 2, "data": 2}}',
         '{"param.capital": {}, "param.start": {}, "param.end": {}, "param.data": {}}', NULL,
         'parameters that are called as other changes are'),
        ('{"parameters": {"capital": 1}}', '{"parameters": {"capital": 2}}', '{"capital": {}}', 'parameter capital',
         'and that change does not account for it'),
        ('{"parameters": {"param.a": 1}}', '{"parameters": {"param.a": 2}}', '{"a": {}}', 'parameter param.a', 'nor another'),
        ('{"snapshot": {"venues": [{"oms": 1}]}}', '{"snapshot": {"venues": [{"oms": 2}]}}', '{"end": {}}', 'venue 1',
         'nor a range for the venue'),
        ('{"snapshot": {"venues": [{"starting_balances": 1}]}}', '{"snapshot": {"venues": [{"starting_balances": 2}]}}',
         '{"capital": {}}', NULL,
         'as the capital does'),
        ('{"environment": {"data_fingerprint": "a"}}', '{"environment": {"data_fingerprint": "b"}}', NULL, 'data',
         'without changes there is nothing on purpose')
       ) AS example (one, other, changes, expected, what);

SELECT * FROM finish();
ROLLBACK;
