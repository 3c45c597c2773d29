-- Tests of functions/json_leaves
BEGIN;
\ir ../fixtures.psql
SELECT plan(9);

SELECT has_function('btsql', 'json_leaves', ARRAY['jsonb']);
SELECT function_returns('btsql', 'json_leaves', ARRAY['jsonb'], 'jsonb');
SELECT volatility_is('btsql', 'json_leaves', ARRAY['jsonb'], 'immutable');

SELECT is(json_leaves(document), expected, format('the leaves of %s', document))
  FROM (VALUES
        ('{}'::jsonb, '{}'::jsonb),
        (NULL, '{}'),
        ('{"a": 1, "b": null}', '{"a": 1, "b": null}'),
        ('{"a": {"b": {"c": 1, "d": "x"}}, "e": [1, {"f": 2}]}', '{"a / b / c": 1, "a / b / d": "x", "e": [1, {"f": 2}]}'),
        ('{"a": {}}', '{"a": {}}'),
        ('{"a": {"b": {}, "d": {"e": 1}}, "c": 1}', '{"a / b": {}, "a / d / e": 1, "c": 1}')
       ) AS example (document, expected);

SELECT * FROM finish();
ROLLBACK;
