-- Tests of functions/short_id_digits
BEGIN;
\ir ../fixtures.psql
SELECT plan(12);

SELECT has_function('btsql', 'short_id_digits', ARRAY['uuid[]']);
SELECT function_returns('btsql', 'short_id_digits', ARRAY['uuid[]'], 'integer');
SELECT function_lang_is('btsql', 'short_id_digits', ARRAY['uuid[]'], 'plpgsql');
SELECT volatility_is('btsql', 'short_id_digits', ARRAY['uuid[]'], 'immutable');

SELECT is(short_id_digits(ARRAY(SELECT pg_temp.id_at('2026-03-02 09:00+00', last_group)
                                  FROM unnest(last_groups) AS last_group)), expected, last_groups::text)
  FROM (VALUES
        ('{}'::text[], 8), (NULL, 8), ('{a1b2c3d4e5f6}', 8), ('{a1b2c3d4e5f6,a1b2c3d5e5f6}', 8),
        ('{a1b2c3d4e5f6,a1b2c3d4f5f6}', 9), ('{a1b2c3d4e5f6,a1b2c3d4e5e6,000000000000}', 11),
        ('{a1b2c3d4e5f6,a1b2c3d4e5f7}', 12), ('{a1b2c3d4e5f6,a1b2c3d4e5f6}', 12)) AS example (last_groups, expected);

SELECT * FROM finish();
ROLLBACK;
