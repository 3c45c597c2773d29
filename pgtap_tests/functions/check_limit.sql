-- Tests of functions/check_limit
BEGIN;
\ir ../fixtures.psql
SELECT plan(13);

SELECT has_function('btsql', 'check_limit', ARRAY['integer']);
SELECT function_returns('btsql', 'check_limit', ARRAY['integer'], 'void');
SELECT function_lang_is('btsql', 'check_limit', ARRAY['integer'], 'plpgsql');
SELECT volatility_is('btsql', 'check_limit', ARRAY['integer'], 'immutable');

SELECT lives_ok(format('SELECT btsql.check_limit(%s)', given), given || ' is a limit')
  FROM (VALUES (1), (20), (1000)) AS example (given);
SELECT is(pg_temp.diagnostics(format('SELECT btsql.check_limit(%L)', given)) - '{detail,rule,table}'::text[],
          jsonb_build_object('sqlstate', '22023', 'message',
                             format('result_limit is %s, not 1 to 1000', coalesce(given, 'NULL')),
                             'hint', 'Ask for at most 1000 rows at once.'),
          format('%s is none', coalesce(given, 'NULL')))
  FROM (VALUES ('0'), ('-1'), ('1001'), ('2147483647'), ('-2147483648'), (NULL)) AS example (given);

SELECT * FROM finish();
ROLLBACK;
