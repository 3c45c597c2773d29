-- Tests of functions/run_id_of
BEGIN;
\ir ../fixtures.psql
SELECT plan(17);

SELECT has_function('btsql', 'run_id_of', ARRAY['jsonb', 'text']);
SELECT function_returns('btsql', 'run_id_of', ARRAY['jsonb', 'text'], 'uuid');
SELECT function_lang_is('btsql', 'run_id_of', ARRAY['jsonb', 'text'], 'plpgsql');
SELECT volatility_is('btsql', 'run_id_of', ARRAY['jsonb', 'text'], 'immutable');
SELECT is_strict('btsql', 'run_id_of', ARRAY['jsonb', 'text']);

SELECT is(run_id_of('{"id": "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"}', 'id'), '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
          'an id is read');
SELECT is(run_id_of('{"id": "017F22E2-79B0-7CC3-98C4-DC0C0C07398F"}', 'id'), '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
          'in capitals too');
SELECT is(run_id_of('{}', 'id'), NULL, 'an absent id is NULL');
SELECT is(run_id_of('{"id": null}', 'id'), NULL, 'and so is null');

SELECT is(pg_temp.diagnostics(format('SELECT btsql.run_id_of(%L, ''id'')', jsonb_build_object('id', written)))
              - '{detail,hint,rule,table}'::text[],
          jsonb_build_object('sqlstate', '22P02',
                             'message', format('key "id" of the record is not a run id: "%s"', written)),
          format('"%s" is none, and the message names the key', written))
  FROM (VALUES
        (''),
        ('dc0c0c07398f'),
        ('@'),
        ('{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}'),
        ('017f22e279b07cc398c4dc0c0c07398f'),
        ('017f22e2-79b0-7cc3-98c4-dc0c0c07398g'),
        ('017f22e2-79b0-7cc3-98c4-dc0c0c07398f0'),
        (' 017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
       ) AS example (written);

SELECT * FROM finish();
ROLLBACK;
