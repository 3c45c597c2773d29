-- Tests of functions/set_tags
BEGIN;
\ir ../fixtures.psql
SELECT plan(34);

SELECT has_function('btsql', 'set_tags', ARRAY['text', 'text[]', 'text[]']);
SELECT function_returns('btsql', 'set_tags', ARRAY['text', 'text[]', 'text[]'], 'text[]');
SELECT function_lang_is('btsql', 'set_tags', ARRAY['text', 'text[]', 'text[]'], 'plpgsql');
SELECT volatility_is('btsql', 'set_tags', ARRAY['text', 'text[]', 'text[]'], 'volatile');

SELECT is((SELECT proargnames::text[] FROM pg_proc WHERE oid = 'btsql.set_tags'::regproc), '{reference,add,remove}',
          'lists are given by name');

SELECT pg_temp.record_at(1);
SELECT pg_temp.record_at(2);

SELECT is(set_tags('1aaa', '{good,candidate}'), '{candidate,good}',
          'tags are put on, and returned in alphabetical order');
SELECT is(set_tags('1aaa'), '{candidate,good}', 'nothing to add or remove: what is there');
SELECT is(set_tags('1aaa', NULL, NULL), '{candidate,good}', 'NULL is nothing too');
SELECT is((SELECT count(*) FROM run_annotation), 2::bigint, 'one event each');
SELECT is(set_tags('1aaa', '{good,good,new}'), '{candidate,good,new}',
          'what is there already, or given twice, is put on once');
SELECT is((SELECT count(*) FROM run_annotation), 3::bigint, 'with one event for what was new');
SELECT is(set_tags('1aaa', remove => '{good,never,good}'), '{candidate,new}',
          'one is taken off; what is not there is none');
SELECT is((SELECT array_agg(content) FROM run_annotation WHERE kind = 'untag'), '{good}', 'with one event');
SELECT is(set_tags('1aaa', add => '{good}', remove => '{new}'), '{candidate,good}', 'put on again, while another goes');
SELECT is(set_tags('1aaa', ARRAY[['a', 'b'], ['c', 'd']], ARRAY['a1']), '{a,b,c,candidate,d,good}',
          'any array is a list');
SELECT is(set_tags('@'), '{}', 'the other run has none');
SELECT is(set_tags('@', ARRAY[repeat('x', 100), 'NULL', 'a_B-1.2:x/y', '1']),
          ARRAY['1', 'NULL', 'a_B-1.2:x/y', repeat('x', 100)],
          'words of up to 100 characters');
SELECT is((SELECT bool_and(check_run(run_id::text)) FROM backtest_run), true,
          'the records themselves are as they were');

SELECT is(pg_temp.diagnostics(statement) - '{detail,rule,table}'::text[],
          jsonb_build_object('sqlstate', '22023', 'message', message,
                             'hint', 'A tag is one word of letters, digits and _ . : / -, of at most 100 characters.'),
          statement)
  FROM (VALUES
        ('SELECT btsql.set_tags(''@'', ARRAY[''two words''])',             'not a tag: "two words"'),
        ('SELECT btsql.set_tags(''@'', ARRAY[''ok'', ''''])',              'not a tag: ""'),
        ('SELECT btsql.set_tags(''@'', ARRAY[''ok'', NULL])',              'not a tag: "NULL"'),
        ('SELECT btsql.set_tags(''@'', ''{}'', ARRAY[NULL]::text[])',      'not a tag: "NULL"'),
        ('SELECT btsql.set_tags(''@'', remove => ARRAY[''-x''])',          'not a tag: "-x"'),
        ('SELECT btsql.set_tags(''@'', ARRAY[E''x\n''])',                  E'not a tag: "x\n"'),
        ('SELECT btsql.set_tags(''@'', ARRAY[''a,b''])',                   'not a tag: "a,b"'),
        ('SELECT btsql.set_tags(''@'', ARRAY[''it''''s %s''])',            'not a tag: "it''s %s"'),
        ('SELECT btsql.set_tags(''@'', ARRAY[repeat(''x'', 101)])',        format('not a tag: "%s"', repeat('x', 101))),
        ('SELECT btsql.set_tags(''@'', ARRAY[repeat(''x'', 9999)])',       format('not a tag: "%s"', repeat('x', 110)))
       ) AS example (statement, message);
SELECT is(pg_temp.diagnostics($$ SELECT btsql.set_tags('@', '{a,b}', '{c,b}') $$) - '{detail,rule,table}'::text[],
          '{"sqlstate": "22023", "message": "the same tag is to be added and removed: {a,b}", "hint": "Decide for one."}',
          'a tag cannot be put on and taken off at once');
SELECT is(pg_temp.refusal(format('SELECT btsql.set_tags(%L, ''{x}'')', reference)), state,
          format('"%s" is refused', reference))
  FROM (VALUES ('deadbeef', 'P0002'), ('@~2', 'P0002'), ('019cad', '21000'), ('x', '22023'), (NULL, '22023'))
       AS example (reference, state);

SELECT * FROM finish();
ROLLBACK;
