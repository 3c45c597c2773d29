-- Tests of functions/run_lock_key
BEGIN;
\ir ../fixtures.psql
SELECT plan(8);

SELECT has_function('btsql', 'run_lock_key', ARRAY['uuid']);
SELECT function_returns('btsql', 'run_lock_key', ARRAY['uuid'], 'bigint');
SELECT function_lang_is('btsql', 'run_lock_key', ARRAY['uuid'], 'sql');
SELECT volatility_is('btsql', 'run_lock_key', ARRAY['uuid'], 'immutable');

SELECT is(run_lock_key('019cade2-123b-7abc-8def-a1b2c3d4e5f6'), -8219173005766105610::bigint,
          'the last 64 bits, as a signed number');
SELECT is(run_lock_key('019cade2-123b-7abc-0000-000000000001'), 1::bigint, 'the lowest bits count');
SELECT isnt(run_lock_key('019cade2-123b-7abc-8def-a1b2c3d4e5f6'), run_lock_key('019cade2-123b-7abc-8def-a1b2c3d4e5f7'),
            'two runs have two');
SELECT is(run_lock_key(NULL), NULL, 'no run has none');

SELECT * FROM finish();
ROLLBACK;
