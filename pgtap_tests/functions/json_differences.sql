-- Tests of functions/json_differences
BEGIN;
\ir ../fixtures.psql
SELECT plan(18);

SELECT has_function('btsql', 'json_differences', ARRAY['jsonb', 'jsonb']);
SELECT function_returns('btsql', 'json_differences', ARRAY['jsonb', 'jsonb'], 'jsonb');
SELECT function_lang_is('btsql', 'json_differences', ARRAY['jsonb', 'jsonb'], 'sql');
SELECT volatility_is('btsql', 'json_differences', ARRAY['jsonb', 'jsonb'], 'immutable');

SELECT is(json_differences(wanted, recorded), expected, format('%s against %s', wanted, recorded))
  FROM (VALUES
        ('{}'::jsonb, '{}'::jsonb, '{}'::jsonb),
        ('{"a": 10}', '{"a": 10.0}', '{}'),
        ('{"a": {"x": [1, 2.50]}}', '{"a": {"x": [1.0, 25e-1]}}', '{}'),
        ('{"a": 10}', '{"a": "10"}', '{"a": {"wanted": 10, "recorded": "10"}}'),
        ('{"a": 1, "b": 2}', '{"b": 3, "c": 4}',
         '{"a": {"wanted": 1}, "b": {"wanted": 2, "recorded": 3}, "c": {"recorded": 4}}'),
        ('{"a": null}', '{}', '{"a": {"wanted": null}}'),
        ('{}', '{"a": null}', '{"a": {"recorded": null}}'),
        ('{"a": null}', '{"a": null}', '{}'),
        ('{"a": null}', '{"a": 0}', '{"a": {"wanted": null, "recorded": 0}}'),
        ('{"a": [1, 2]}', '{"a": [2, 1]}', '{"a": {"wanted": [1, 2], "recorded": [2, 1]}}'),
        ('{"": 1, "it''s \"%s\"": 2}', '{"": 2}', '{"": {"wanted": 1, "recorded": 2}, "it''s \"%s\"": {"wanted": 2}}'),
        (NULL, '{"a": 1}', '{"a": {"recorded": 1}}'),
        ('{"a": 1}', NULL, '{"a": {"wanted": 1}}'),
        (NULL, NULL, '{}')
       ) AS example (wanted, recorded, expected);

SELECT * FROM finish();
ROLLBACK;
