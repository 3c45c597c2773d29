-- Tests of functions/add_note
BEGIN;
\ir ../fixtures.psql
SELECT plan(18);

SELECT has_function('btsql', 'add_note', ARRAY['text', 'text']);
SELECT function_returns('btsql', 'add_note', ARRAY['text', 'text'], 'uuid');
SELECT function_lang_is('btsql', 'add_note', ARRAY['text', 'text'], 'plpgsql');
SELECT volatility_is('btsql', 'add_note', ARRAY['text', 'text'], 'volatile');

SELECT pg_temp.record_at(1);
SELECT pg_temp.record_at(2);

SELECT is(add_note('1aaaa', 'looks "overfitted": 100 % of the profit is %s of \ one day'),
          pg_temp.id_at('2026-03-02 09:01:00+00', '1aaaaaaaaaaa'), 'the id of the run is returned');
SELECT results_eq('SELECT run_id, kind, content, annotated_at FROM run_annotation',
                  $$ VALUES (pg_temp.id_at('2026-03-02 09:01:00+00', '1aaaaaaaaaaa'), 'note',
                             'looks "overfitted": 100 % of the profit is %s of \ one day', transaction_timestamp()) $$,
                  'the note is stored as it is');
SELECT is(add_note('@', E'two\nlines'), pg_temp.id_at('2026-03-02 09:02:00+00', '2aaaaaaaaaaa'), '@ is the newest run');
SELECT lives_ok($$ SELECT add_note('@', 'again'), add_note('@', 'again') $$, 'the same may be said twice');
SELECT results_eq('SELECT content FROM run_annotation ORDER BY annotation_id DESC LIMIT 3',
                  $$ VALUES ('again'), ('again'), (E'two\nlines') $$, 'in the order it was said');
SELECT is((SELECT bool_and(check_run(run_id::text)) FROM backtest_run), true, 'the record itself is as it was');

SELECT is(pg_temp.diagnostics(format('SELECT btsql.add_note(''@'', %L)', note)) - '{detail,rule,table}'::text[],
          '{"sqlstate": "22023", "message": "the note for run 019cadc8-3ba0-7abc-8def-2aaaaaaaaaaa is empty",
            "hint": "Say something about the run."}'::jsonb
          || jsonb_build_object('message', format('the note for run %s is empty', find_run('@'))),
          format('a note of %s is refused', coalesce(to_json(note)::text, 'NULL')))
  FROM (VALUES (''), (E' \n\t'), (NULL)) AS example (note);
SELECT is(pg_temp.refusal(format('SELECT btsql.add_note(%L, ''x'')', reference)), state,
          format('"%s" is refused', reference))
  FROM (VALUES ('deadbeef', 'P0002'), ('@~2', 'P0002'), ('019cad', '21000'), ('x', '22023'), (NULL, '22023'))
       AS example (reference, state);

SELECT * FROM finish();
ROLLBACK;
