-- Tests of tables/run_parameter: one for each constraint. For the triggers see triggers/run_parameter.sql.
BEGIN;
\ir ../fixtures.psql
SELECT plan(27);

SELECT has_table('btsql', 'run_parameter', 'there is a table run_parameter');
SELECT has_pk('btsql', 'run_parameter', 'it has a primary key');

SELECT results_eq(
    'SELECT name, type, is_needed FROM pg_temp.columns_of(''btsql.run_parameter'')',
    $$ VALUES
        ('run_id', 'uuid', true),
        ('name', 'text', true),
        ('value', 'jsonb', true) $$,
    'columns: name, type, NOT NULL');

SELECT col_is_pk('btsql', 'run_parameter', ARRAY['name', 'value', 'run_id'],
                 'led by the value, so that the runs with a value are one range of the key');
SELECT fk_ok('btsql', 'run_parameter', 'run_id', 'btsql', 'backtest_run', 'run_id', 'it refers to the run');
SELECT is((SELECT confdeltype FROM pg_constraint WHERE conname = 'run_parameter_belongs_to_its_run'), 'c'::"char",
          'it goes with its run');

-- A row of the run below, with columns changed.
CREATE FUNCTION pg_temp.insert_parameter(changes jsonb DEFAULT '{}')
RETURNS void
LANGUAGE sql
AS $$
    SELECT pg_temp.insert_row('btsql.run_parameter',
               jsonb_build_object('run_id', pg_temp.success_record() -> 'run_id', 'name', 'fast_period', 'value', 10)
               || changes);
$$;

SELECT pg_temp.insert_run();

SELECT is(pg_temp.refusal(format('SELECT pg_temp.insert_parameter(%L)', changes)), 'accepted', label)
  FROM (VALUES
        ('the row that the tests below change',  '{}'::jsonb),
        ('a value of another scale is taken',    '{"value": 10.50}'),
        ('a text is taken',                      '{"value": "10"}'),
        ('an empty text is taken',               '{"value": ""}'),
        ('a boolean is taken',                   '{"value": false}'),
        ('a name of 200 characters is taken',    jsonb_build_object('name', repeat('ä', 200))),
        ('an empty name is taken',               '{"name": ""}'),
        ('a text of 405 characters is taken',    jsonb_build_object('value', repeat('ä', 405)))
       ) AS example (label, changes);
SELECT is(pg_temp.refusal($$ SELECT pg_temp.insert_parameter(), pg_temp.insert_parameter('{"value": 11}') $$),
          'accepted',
          'a row too many is harmless');

SELECT is(pg_temp.refusal($$ INSERT INTO btsql.run_parameter
                             VALUES ((pg_temp.success_record() ->> 'run_id')::uuid, 'stop', 'null') $$),
          'accepted',
          'null is taken');

SELECT pg_temp.breaks_only(rule, statement)
  FROM (VALUES
        ('run_parameter_pkey',
         $$ SELECT pg_temp.insert_parameter(), pg_temp.insert_parameter('{"value": 10.0}') $$),
        ('run_parameter_belongs_to_its_run',
         $$ SELECT pg_temp.insert_parameter('{"run_id": "019cade2-123b-7abc-8def-000000000000"}') $$),
        ('run_parameter_name_is_short',
         $$ SELECT pg_temp.insert_parameter(jsonb_build_object('name', repeat('x', 201))) $$),
        ('run_parameter_value_is_short_and_scalar',
         $$ SELECT pg_temp.insert_parameter(jsonb_build_object('value', repeat('x', 406))) $$),
        ('run_parameter_value_is_short_and_scalar',
         $$ SELECT pg_temp.insert_parameter('{"value": [10]}') $$),
        ('run_parameter_value_is_short_and_scalar',
         $$ SELECT pg_temp.insert_parameter('{"value": {"of": 10}}') $$)
       ) AS example (rule, statement);

SELECT pg_temp.all_rules_seen('btsql.run_parameter', 'cfpu');

SELECT is(pg_temp.diagnostics(format('SELECT pg_temp.insert_parameter(%L)', jsonb_build_object(name, NULL)))
          ->> 'sqlstate',
          '23502', format('%s cannot be NULL', name))
  FROM pg_temp.columns_of('btsql.run_parameter')
 WHERE name <> 'value';
SELECT is(pg_temp.diagnostics($$ INSERT INTO btsql.run_parameter
                                 VALUES ((pg_temp.success_record() ->> 'run_id')::uuid, 'fast_period', NULL) $$)
                                     ->> 'sqlstate',
          '23502', 'value cannot be NULL');
-- The longest that the rules allow fits into the key, also where it cannot be compressed.
SELECT lives_ok(format('SELECT pg_temp.insert_parameter(jsonb_build_object(''name'', %L, ''value'', %L))',
                       (SELECT string_agg(chr(65536 + 7919 * place % 60000), '') FROM generate_series(1, 200) AS place),
                       (SELECT string_agg(chr(65536 + 104729 * place % 60000), '')
                        FROM generate_series(1, 405) AS place)),
                'the longest key of the widest characters is stored');

SELECT * FROM finish();
ROLLBACK;
