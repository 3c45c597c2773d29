-- Tests of functions/canonical_text
BEGIN;
\ir ../fixtures.psql
SELECT plan(30);

SELECT has_function('btsql', 'canonical_text', ARRAY['jsonb']);
SELECT function_returns('btsql', 'canonical_text', ARRAY['jsonb'], 'text');
SELECT function_lang_is('btsql', 'canonical_text', ARRAY['jsonb'], 'sql');
SELECT volatility_is('btsql', 'canonical_text', ARRAY['jsonb'], 'immutable');
SELECT is_strict('btsql', 'canonical_text', ARRAY['jsonb']);

-- Equal values give one text.
SELECT is(canonical_text(written), expected, format('%s is %s', written, expected))
  FROM (VALUES
        ('10'::jsonb,                       '10'),
        ('10.0',                            '10'),
        ('1e1',                             '10'),
        ('10.50',                           '10.5'),
        ('0.000100',                        '0.0001'),
        ('-0.0',                            '0'),
        ('-2.500',                          '-2.5'),
        ('100',                             '100'),
        ('1.0e-3',                          '0.001'),
        ('{"b": 1.0, "a": 2.10}',           '{"a": 2.1, "b": 1}'),
        ('[1.0, [2.00, {"x": 3.0}]]',       '[1, [2, {"x": 3}]]'),
        ('{"a": 1, "a": 2.0}',              '{"a": 2}'),
        ('null',                            'null'),
        ('{}',                              '{}'),
        ('"10.0"',                          '"10.0"'),
        ('{"1.0": 1.0}',                    '{"1.0": 1}'),
        ('"say \"1.0\" and 2.50"',          '"say \"1.0\" and 2.50"')
       ) AS example (written, expected);

SELECT is(canonical_text('["ends in a backslash \\", 1.0]'), '["ends in a backslash \\", 1]', 'a backslash ends no text early');
SELECT is(canonical_text('["\\\" 1.0", 2.0]'), '["\\\" 1.0", 2]', 'backslash and quote together neither');
SELECT is(canonical_text(E'"a\\nb 1.0"'), E'"a\\nb 1.0"', 'an escaped line end is left alone');

-- Different values give different texts.
SELECT isnt(canonical_text(one), canonical_text(other), format('%s is not %s', one, other))
  FROM (VALUES
        ('10'::jsonb,       '"10"'::jsonb),
        ('{"a": null}',     '{}'),
        ('[1, 2]',          '[2, 1]'),
        ('1.0000000000000000000000001', '1'),
        ('0',               'null')
       ) AS example (one, other);

SELECT * FROM finish();
ROLLBACK;
