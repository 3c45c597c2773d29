-- Tests of tables/run_annotation: one for each constraint. For the triggers see triggers/run_annotation.sql.
BEGIN;
\ir ../fixtures.psql
SELECT plan(33);

SELECT has_table('btsql', 'run_annotation', 'there is a table run_annotation');
SELECT has_pk('btsql', 'run_annotation', 'it has a primary key');

SELECT results_eq(
    'SELECT name, type, is_needed FROM pg_temp.columns_of(''btsql.run_annotation'')',
    $$ VALUES
        ('run_id', 'uuid', true),
        ('annotation_id', 'bigint', true),
        ('annotated_at', 'timestamp with time zone', true),
        ('kind', 'text', true),
        ('content', 'text', true) $$,
    'columns: name, type, NOT NULL');

SELECT col_is_pk('btsql', 'run_annotation', ARRAY['run_id', 'annotation_id'], 'an event of a run has a number');
SELECT is((SELECT attidentity FROM pg_attribute
            WHERE attrelid = 'btsql.run_annotation'::regclass AND attname = 'annotation_id'),
          'a'::"char", 'which the database gives, always');
SELECT fk_ok('btsql', 'run_annotation', 'run_id', 'btsql', 'backtest_run', 'run_id', 'it refers to the run');
SELECT is((SELECT confdeltype FROM pg_constraint WHERE conname = 'run_annotation_belongs_to_its_run'), 'c'::"char",
          'it goes with its run');
SELECT col_default_is('btsql', 'run_annotation', 'annotated_at', 'transaction_timestamp()', 'it carries its time');

-- An event of the run below, with columns changed.
CREATE FUNCTION pg_temp.insert_annotation(changes jsonb DEFAULT '{}')
RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO btsql.run_annotation (run_id, kind, content)
    SELECT given.run_id, given.kind, given.content
      FROM jsonb_to_record(jsonb_build_object('run_id', pg_temp.success_record() -> 'run_id', 'kind', 'tag', 'content',
                                              'good')
                           || changes) AS given (run_id uuid, kind text, content text);
$$;

SELECT pg_temp.insert_run();

SELECT is(pg_temp.refusal(format('SELECT pg_temp.insert_annotation(%L)', changes)), 'accepted', label)
  FROM (VALUES
        ('the row that the tests below change',           '{}'::jsonb),
        ('a tag is taken off',                            '{"kind": "untag"}'),
        ('a note is any text',                            '{"kind": "note", "content": " see: @~1, \"fast\"\n\\ % "}'),
        ('a tag may have several parts',                  '{"content": "a_B-1.2:x/y"}'),
        ('a tag of 100 characters is taken',              jsonb_build_object('content', repeat('x', 100))),
        ('a long note is taken',                          jsonb_build_object('kind', 'note', 'content',
                repeat('long ', 10000)))
       ) AS example (label, changes);
SELECT is(pg_temp.refusal($$ SELECT pg_temp.insert_annotation(), pg_temp.insert_annotation() $$), 'accepted',
          'the same may be said twice');

SELECT pg_temp.breaks_only(rule, statement)
  FROM (VALUES
        ('run_annotation_pkey',
         $$ INSERT INTO btsql.run_annotation (run_id, annotation_id, kind, content) OVERRIDING SYSTEM VALUE
            SELECT (pg_temp.success_record() ->> 'run_id')::uuid, 1, 'note',
                text FROM (VALUES ('one'), ('two')) AS said (text) $$),
        ('run_annotation_belongs_to_its_run',
         $$ SELECT pg_temp.insert_annotation('{"run_id": "019cade2-123b-7abc-8def-000000000000"}') $$),
        ('run_annotation_kind_is_known', $$ SELECT pg_temp.insert_annotation('{"kind": "Tag"}') $$),
        ('run_annotation_kind_is_known', $$ SELECT pg_temp.insert_annotation('{"kind": ""}') $$),
        ('run_annotation_content_is_given', $$ SELECT pg_temp.insert_annotation('{"kind": "note", "content": ""}') $$),
        ('run_annotation_content_is_given',
         $$ SELECT pg_temp.insert_annotation('{"kind": "note", "content": " \t\n"}') $$),
        ('run_annotation_tag_is_a_word', $$ SELECT pg_temp.insert_annotation('{"content": "two words"}') $$),
        ('run_annotation_tag_is_a_word', $$ SELECT pg_temp.insert_annotation('{"content": "-x"}') $$),
        ('run_annotation_tag_is_a_word', $$ SELECT pg_temp.insert_annotation('{"content": "x\n"}') $$),
        ('run_annotation_tag_is_a_word', $$ SELECT pg_temp.insert_annotation('{"kind": "untag", "content": "a,b"}') $$),
        ('run_annotation_tag_is_a_word',
         $$ SELECT pg_temp.insert_annotation(jsonb_build_object('content', repeat('x', 101))) $$)
       ) AS example (rule, statement);

SELECT pg_temp.all_rules_seen('btsql.run_annotation', 'cfpu');

SELECT is(pg_temp.diagnostics(format('SELECT pg_temp.insert_annotation(%L)', jsonb_build_object(name, NULL)))
          ->> 'sqlstate',
          '23502', format('%s cannot be NULL', name))
  FROM (VALUES ('run_id'), ('kind'), ('content')) AS example (name);
SELECT is(pg_temp.diagnostics($$ INSERT INTO btsql.run_annotation (run_id, annotated_at, kind, content)
                                 VALUES ((pg_temp.success_record() ->> 'run_id')::uuid, NULL, 'note', 'x') $$)
                                     ->> 'sqlstate',
          '23502', 'annotated_at cannot be NULL');
SELECT is(pg_temp.diagnostics($$ INSERT INTO btsql.run_annotation (run_id, annotation_id, kind, content)
                                 VALUES ((pg_temp.success_record() ->> 'run_id')::uuid, 1, 'note', 'x') $$)
                                     ->> 'sqlstate',
          '428C9', 'nobody chooses the number of an event');
SELECT pg_temp.insert_annotation();
SELECT pg_temp.insert_annotation();
SELECT is((SELECT count(DISTINCT annotation_id) FROM run_annotation), 2::bigint, 'each event has a number of its own');

SELECT * FROM finish();
ROLLBACK;
