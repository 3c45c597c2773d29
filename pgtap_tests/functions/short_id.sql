-- Tests of functions/short_id
BEGIN;
\ir ../fixtures.psql
SELECT plan(7);

SELECT has_function('btsql', 'short_id', ARRAY['uuid']);
SELECT function_returns('btsql', 'short_id', ARRAY['uuid'], 'text');
SELECT function_lang_is('btsql', 'short_id', ARRAY['uuid'], 'sql');
SELECT volatility_is('btsql', 'short_id', ARRAY['uuid'], 'immutable');
SELECT is_strict('btsql', 'short_id', ARRAY['uuid']);

SELECT is(short_id('017f22e2-79b0-7cc3-98c4-dc0c0c07398f'), 'dc0c0c07398f', 'the last group of the id');
SELECT is(short_id('017F22E2-79B0-7CC3-98C4-00000007398F'), '00000007398f', 'whole, in lower case');

SELECT * FROM finish();
ROLLBACK;
