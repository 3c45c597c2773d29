-- Tests of functions/number_or_null
BEGIN;
\ir ../fixtures.psql
SELECT plan(15);

SELECT has_function('btsql', 'number_or_null', ARRAY['jsonb']);
SELECT function_returns('btsql', 'number_or_null', ARRAY['jsonb'], 'numeric');
SELECT function_lang_is('btsql', 'number_or_null', ARRAY['jsonb'], 'sql');
SELECT volatility_is('btsql', 'number_or_null', ARRAY['jsonb'], 'immutable');
SELECT isnt_strict('btsql', 'number_or_null', ARRAY['jsonb']);

SELECT is(number_or_null(value), expected, format('%s gives %s', value, coalesce(expected::text, 'NULL')))
  FROM (VALUES
        ('1.5'::jsonb,  1.5),
        ('-1e3',        -1000),
        ('0',           0),
        ('"1.5"',       NULL),
        ('"NaN"',       NULL),
        ('null',        NULL),
        ('true',        NULL),
        ('[1]',         NULL),
        ('{"a": 1}',    NULL)
       ) AS example (value, expected);

SELECT is(number_or_null(NULL), NULL, 'nothing gives NULL');

SELECT * FROM finish();
ROLLBACK;
