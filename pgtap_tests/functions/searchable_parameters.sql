-- Tests of functions/searchable_parameters. What stands in for long values: functions/write_parameters.sql.
BEGIN;
\ir ../fixtures.psql
SELECT plan(10);

SELECT has_function('btsql', 'searchable_parameters', ARRAY['jsonb']);
SELECT function_returns('btsql', 'searchable_parameters', ARRAY['jsonb'], 'jsonb');
SELECT function_lang_is('btsql', 'searchable_parameters', ARRAY['jsonb'], 'sql');
SELECT volatility_is('btsql', 'searchable_parameters', ARRAY['jsonb'], 'immutable');

SELECT is((SELECT jsonb_object_agg(row -> 'name' #>> '{}', row -> 'value')
             FROM jsonb_array_elements(searchable_parameters(parameters)) AS row), expected, label)
  FROM (VALUES
        ('none', '{}'::jsonb, NULL::jsonb),
        ('NULL', NULL, NULL),
        ('null for those that are not scalar', '{"n": 10, "t": "x", "b": false, "z": null, "a": [1], "o": {"x": 1}}',
         '{"n": 10, "t": "x", "b": false, "z": null, "a": null, "o": null}'),
        ('none with a long name', jsonb_build_object(repeat('n', 201), 1, repeat('n', 200), 2),
         jsonb_build_object(repeat('n', 200), 2)),
        ('a text is cut', jsonb_build_object('t', repeat('x', 300)), jsonb_build_object('t', repeat('x', 201))),
        ('a number is bounded', '{"n": -1e300}', jsonb_build_object('n', -1e201))) AS example (label, parameters, expected);

SELECT * FROM finish();
ROLLBACK;
