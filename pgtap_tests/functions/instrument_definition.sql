-- Tests of functions/instrument_definition
BEGIN;
\ir ../fixtures.psql
SELECT plan(9);

SELECT has_function('btsql', 'instrument_definition', ARRAY['jsonb']);
SELECT function_returns('btsql', 'instrument_definition', ARRAY['jsonb'], 'jsonb');
SELECT function_lang_is('btsql', 'instrument_definition', ARRAY['jsonb'], 'sql');
SELECT volatility_is('btsql', 'instrument_definition', ARRAY['jsonb'], 'immutable');

SELECT is(instrument_definition(instrument), expected, format('the definition in %s', instrument))
  FROM (VALUES
        ('{"id": "A.X", "taker_fee": "0.01", "ts_init": 5, "ts_event": 6, "info": {"a": 1}}'::jsonb,
         '{"id": "A.X", "taker_fee": "0.01"}'::jsonb),
        ('{}', '{}'),
        ('[1]', NULL),
        ('7', NULL),
        (NULL, NULL)
       ) AS example (instrument, expected);

SELECT * FROM finish();
ROLLBACK;
