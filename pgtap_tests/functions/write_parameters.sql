-- Tests of functions/write_parameters
BEGIN;
\ir ../fixtures.psql
SELECT plan(19);

SELECT has_function('btsql', 'write_parameters', ARRAY['uuid', 'jsonb']);
SELECT function_returns('btsql', 'write_parameters', ARRAY['uuid', 'jsonb'], 'void');
SELECT function_lang_is('btsql', 'write_parameters', ARRAY['uuid', 'jsonb'], 'plpgsql');
SELECT volatility_is('btsql', 'write_parameters', ARRAY['uuid', 'jsonb'], 'volatile');

SELECT pg_temp.insert_run();

-- Names and values in the search index after some parameters were written for the run.
CREATE FUNCTION pg_temp.written(parameters jsonb)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    found jsonb;
BEGIN
    PERFORM btsql.write_parameters((pg_temp.success_record() ->> 'run_id')::uuid, parameters);
    SELECT coalesce(jsonb_agg(jsonb_build_array(name, value) ORDER BY name, value), '[]') INTO found
        FROM btsql.run_parameter;
    RAISE EXCEPTION USING ERRCODE = 'BT000', MESSAGE = found;
EXCEPTION
    WHEN SQLSTATE 'BT000' THEN
        RETURN SQLERRM;
END;
$$;

SELECT is(pg_temp.written(parameters), expected, label)
  FROM (VALUES
        ('no parameters', '{}'::jsonb, '[]'::jsonb),
        ('numbers, texts and booleans', '{"n": 10, "t": "10", "b": true, "": ""}',
         '[["", ""], ["b", true], ["n", 10], ["t", "10"]]'),
        ('null for all else', '{"n": null, "a": [1], "o": {"x": 1}, "e": {}}',
         '[["a", null], ["e", null], ["n", null], ["o", null]]'),
        ('a name of 200 characters', jsonb_build_object(repeat('n', 200), 1),
         jsonb_build_array(jsonb_build_array(repeat('n', 200), 1))),
        ('but no longer one', jsonb_build_object(repeat('n', 201), 1, 'x', 2), '[["x", 2]]'),
        ('a text of 200 characters, with its quotes', jsonb_build_object('t', repeat('x', 198)),
         jsonb_build_array(jsonb_build_array('t', repeat('x', 198)))),
        ('of a longer one the beginning', jsonb_build_object('t', repeat('xy', 5000)),
         jsonb_build_array(jsonb_build_array('t', left(repeat('xy', 101), 201)))),
        ('a long number by its value', jsonb_build_object('n', ('1.' || repeat('0', 900))::numeric), '[["n", 1]]'),
        ('one beyond 1e201 as that', '{"n": 1e300, "m": -1.5e308}',
         jsonb_build_array(jsonb_build_array('m', -1e201), jsonb_build_array('n', 1e201))),
        ('one with more places between its neighbours', '{"n": 1e-300, "m": -1e-300}',
         jsonb_build_array(jsonb_build_array('m', -5e-201), jsonb_build_array('n', 5e-201))),
        ('the longest stand-in', jsonb_build_object('n', -(repeat('9', 201) || '.' || repeat('9', 300))::numeric),
         jsonb_build_array(jsonb_build_array('n', -(repeat('9', 201) || '.' || repeat('9', 200) || '5')::numeric)))
       ) AS example (label, parameters, expected);
SELECT lives_ok(format('SELECT pg_temp.written(%L)', jsonb_build_object(
                    (SELECT string_agg(chr(65536 + 7919 * place % 60000), '') FROM generate_series(1, 200) AS place),
                    (SELECT string_agg(chr(65536 + 104729 * place % 60000), '')
                     FROM generate_series(1, 5000) AS place))),
                'the widest key fits');

SELECT lives_ok($$ SELECT write_parameters((pg_temp.success_record() ->> 'run_id')::uuid, '{"a": 1, "b": 2}'),
                          write_parameters((pg_temp.success_record() ->> 'run_id')::uuid, '{"a": 1.0, "b": 3}') $$,
                'what is there already is no error');
SELECT results_eq('SELECT name, value FROM run_parameter ORDER BY name, value', $$ VALUES ('a', '1'::jsonb),
                  ('b', '2'), ('b', '3') $$,
                  'and is there once; a row too many stays');
SELECT is(pg_temp.refusal($$ SELECT write_parameters('019cade2-123b-7abc-8def-000000000000', '{"a": 1}') $$),
          '23503 run_parameter_belongs_to_its_run', 'there has to be a run');

SELECT * FROM finish();
ROLLBACK;
