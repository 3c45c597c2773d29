-- Tests of functions/relative_difference
BEGIN;
\ir ../fixtures.psql
SELECT plan(30);

SELECT has_function('btsql', 'relative_difference', ARRAY['jsonb', 'jsonb']);
SELECT function_returns('btsql', 'relative_difference', ARRAY['jsonb', 'jsonb'], 'numeric');
SELECT function_lang_is('btsql', 'relative_difference', ARRAY['jsonb', 'jsonb'], 'sql');
SELECT volatility_is('btsql', 'relative_difference', ARRAY['jsonb', 'jsonb'], 'immutable');

SELECT is(round(relative_difference(one, other), 6), expected::numeric,
          format('%s and %s', left(one::text, 20), left(other::text, 20)))
  FROM (VALUES
        ('10'::jsonb, '10'::jsonb, 0), ('0', '0', 0), ('10', '10.0', 0), ('10', '20', 0.5), ('20', '10', 0.5),
        ('-10', '10', 2),
        ('0', '5', 1), ('5', '0', 1), ('-5', '-10', 0.5), ('1e300', '2e300', 0.5), ('1e-300', '2e-300', 0.5),
        ('1', '1e300', 1), ('9e131071', '-9e131071', 2), ('9e131071', '8e131071', 0.111111), ('1e-16383', '0', 1),
        ('10', '"10"', 2), ('"a"', '"a"', 2), ('"a"', '"b"', 2), ('true', 'false', 2), ('null', '1', 2),
        ('1', 'null', 2), ('[1]', '[1]', 2),
        ('{"a": 1}', '1', 2), (NULL, '1', 2), ('1', NULL, 2), (NULL, NULL, 2)
       ) AS example (one, other, expected);

SELECT * FROM finish();
ROLLBACK;
