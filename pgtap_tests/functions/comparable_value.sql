-- Tests of functions/comparable_value
BEGIN;
\ir ../fixtures.psql
SELECT plan(37);

SELECT has_function('btsql', 'comparable_value', ARRAY['jsonb']);
SELECT function_returns('btsql', 'comparable_value', ARRAY['jsonb'], 'text');
SELECT function_lang_is('btsql', 'comparable_value', ARRAY['jsonb'], 'sql');
SELECT volatility_is('btsql', 'comparable_value', ARRAY['jsonb'], 'stable');

SELECT is(comparable_value(value), expected, left(coalesce(value::text, 'NULL'), 60))
  FROM (VALUES
        ('10'::jsonb, '10'), ('10.0', '10'), ('0', '0'), ('-0.0', '0'), ('1e1', '10'), ('0.1', '0.1'),
        ('-0.125', '-0.125'),
        ('0.30000000000000004', '0.3'), ('1.23456789', '1.23457'), ('-1.23456789', '-1.23457'),
        ('0.0000123456789', '0.0000123457'),
        ('123456.789', '123457'), ('1234567.89', '1234568'), ('123456789012', '123456789012'), ('999999.5', '1000000'),
        ('0.9999999', '1'), ('99999.95', '100000'), ('1e20', '100000000000000000000'), ('1e-13', '0.0000000000001'),
        ('true', 'true'), ('false', 'false'), ('""', ''), ('"10.0"', '10.0'), ('"it''s \"%s\" \\"', 'it''s "%s" \'),
        ('null', NULL), (NULL, NULL), ('[1, "a"]', '[1, "a"]'), ('{"a": 1.50}', '{"a": 1.50}'), ('"null"', 'null')
       ) AS example (value, expected);
SELECT lives_ok(format('SELECT btsql.comparable_value(%L)', value), 'a number with ' || length(value) || ' characters')
  FROM (VALUES ('1e5000'), ('-1e5000'), ('1e-5000'), ('1' || repeat('7', 3000) || '.' || repeat('3', 3000)))
      AS example (value);

SELECT * FROM finish();
ROLLBACK;
