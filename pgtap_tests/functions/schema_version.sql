-- Tests of functions/schema_version
BEGIN;
\ir ../fixtures.psql
SELECT plan(5);

SELECT has_function('btsql', 'schema_version', '{}'::name[]);
SELECT function_returns('btsql', 'schema_version', '{}'::name[], 'integer');
SELECT function_lang_is('btsql', 'schema_version', '{}'::name[], 'sql');
SELECT volatility_is('btsql', 'schema_version', '{}'::name[], 'immutable');
SELECT is(schema_version(), 1, 'this is the first version');

SELECT * FROM finish();
ROLLBACK;
