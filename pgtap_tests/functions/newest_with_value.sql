-- Tests of functions/newest_with_value
BEGIN;
\ir ../fixtures.psql
SELECT plan(27);

SELECT has_function('btsql', 'newest_with_value', ARRAY['jsonb', 'uuid', 'integer']);
SELECT function_returns('btsql', 'newest_with_value', ARRAY['jsonb', 'uuid', 'integer'], 'uuid[]');
SELECT function_lang_is('btsql', 'newest_with_value', ARRAY['jsonb', 'uuid', 'integer'], 'plpgsql');
SELECT volatility_is('btsql', 'newest_with_value', ARRAY['jsonb', 'uuid', 'integer'], 'stable');

SELECT pg_temp.record_at(1, '{"parameters": {"period": 10, "name": "a", "on": true}}'),
       pg_temp.record_at(2, '{"parameters": {"period": 10.0, "other": 10}}'),
       pg_temp.record_at(3, '{"parameters": {"period": "10", "name": null}}'),
       pg_temp.record_at(4, '{"parameters": {"period": 10, "on": false}}', 'failure'),
       pg_temp.record_at(5, '{"parameters": {"period": 11}}');

CREATE FUNCTION pg_temp.found(parameters jsonb, before uuid DEFAULT NULL, result_limit integer DEFAULT 20)
RETURNS text
LANGUAGE sql
AS $$
    SELECT pg_temp.places(format('SELECT unnest(btsql.newest_with_value(%L, %L, %L)) AS run_id', parameters, before,
                                 result_limit));
$$;
SELECT is(pg_temp.found(given), expected, given::text || ' is found, newest first')
  FROM (VALUES ('{"period": 10}'::jsonb, '4 2 1'), ('{"period": 1e1}', '4 2 1'), ('{"period": "10"}', '3'),
               ('{"name": "a"}', '1'), ('{"on": true}', '1'), ('{"on": false}', '4')) AS example (given, expected);
SELECT is(newest_with_value(given, NULL, 20), '{}', given::text || ' is found nowhere: none, not NULL')
  FROM (VALUES ('{"period": 12}'::jsonb), ('{"none": 10}'), ('{"name": "a'' OR true --"}')) AS example (given);
SELECT is(pg_temp.found('{"period": 10}', NULL, 2), '4 2', 'as many as asked for');
SELECT is(pg_temp.found('{"period": 10}', find_run('4aaa')), '2 1', 'before a run');
SELECT is(pg_temp.found('{"period": 10}', find_run('3aaa'), 1), '2', 'before a run that has it not');
SELECT is(newest_with_value(given, NULL, 20), NULL, 'not by this way: ' || coalesce(left(given::text, 40), 'NULL'))
  FROM (VALUES (NULL::jsonb), ('{}'), ('[]'), ('10'), ('{"period": 10, "on": true}'), ('{"period": {"=": 10}}'), ('{"name": null}'),
               ('{"period": [10]}'), (jsonb_build_object('name', repeat('x', 200))),
               (jsonb_build_object(repeat('x', 201), 1))) AS example (given);

-- Rows too many in the search index: the truth is in the run.
SET LOCAL session_replication_role = replica;
INSERT INTO run_parameter (run_id, name, value) VALUES (find_run('5aaa'), 'period', '10');
SELECT is(pg_temp.found('{"period": 10}'), '4 2 1', 'the run decides');

SELECT * FROM finish();
ROLLBACK;
