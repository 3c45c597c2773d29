-- Tests of functions/run_id_milliseconds
BEGIN;
\ir ../fixtures.psql
SELECT plan(9);

SELECT has_function('btsql', 'run_id_milliseconds', ARRAY['uuid']);
SELECT function_returns('btsql', 'run_id_milliseconds', ARRAY['uuid'], 'bigint');
SELECT function_lang_is('btsql', 'run_id_milliseconds', ARRAY['uuid'], 'sql');
SELECT volatility_is('btsql', 'run_id_milliseconds', ARRAY['uuid'], 'immutable');
SELECT is_strict('btsql', 'run_id_milliseconds', ARRAY['uuid']);

-- The first is the example of RFC 9562, appendix A.6: 2022-02-22 14:22:22.00 -05:00.
SELECT is(run_id_milliseconds(run_id), expected, format('%s carries %s', run_id, expected))
  FROM (VALUES
        ('017f22e2-79b0-7cc3-98c4-dc0c0c07398f'::uuid, 1645557742000::bigint),
        ('00000000-0000-7000-8000-000000000000',       0),
        ('00000000-0001-7fff-bfff-ffffffffffff',       1),
        ('ffffffff-ffff-7000-8000-000000000000',       281474976710655)
       ) AS example (run_id, expected);

SELECT * FROM finish();
ROLLBACK;
