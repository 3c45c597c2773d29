-- Tests of functions/run_config
BEGIN;
\ir ../fixtures.psql
SELECT plan(12);

SELECT has_function('btsql', 'run_config', ARRAY['text']);
SELECT function_returns('btsql', 'run_config', ARRAY['text'], 'jsonb');
SELECT function_lang_is('btsql', 'run_config', ARRAY['text'], 'plpgsql');
SELECT volatility_is('btsql', 'run_config', ARRAY['text'], 'stable');

SELECT pg_temp.record_at(1,
                         '{"snapshot": {"engine": {"trader_id": "T-1"}, "not_captured": ["a \"callback\"", null, 1.50]}}');
SELECT pg_temp.record_at(2, '{"snapshot": {}}', 'failure');

SELECT is(run_config('1aaa')::text, '{"engine": {"trader_id": "T-1"}, "not_captured": ["a \"callback\"", null, 1.50]}',
          'the snapshot as it was recorded, to the letter');
SELECT is(run_config('@~1'), run_config('1aaaa'), 'by any reference');
SELECT is(run_config('@'), '{}', 'of a failure too');

SELECT is(pg_temp.refusal(format('SELECT btsql.run_config(%L)', reference)), state,
          format('"%s" is refused', reference))
  FROM (VALUES ('deadbeef', 'P0002'), ('@~2', 'P0002'), ('019cad', '21000'), ('x', '22023'), (NULL, '22023'))
       AS example (reference, state);

SELECT * FROM finish();
ROLLBACK;
