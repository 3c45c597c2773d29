-- Tests of functions/find_closest_duplicates
BEGIN;
\ir ../fixtures.psql
SELECT plan(13);

SELECT has_function('btsql', 'find_closest_duplicates', ARRAY['jsonb', 'integer']);
SELECT function_returns('btsql', 'find_closest_duplicates', ARRAY['jsonb', 'integer'], 'setof duplicate_run');
SELECT function_lang_is('btsql', 'find_closest_duplicates', ARRAY['jsonb', 'integer'], 'plpgsql');
SELECT volatility_is('btsql', 'find_closest_duplicates', ARRAY['jsonb', 'integer'], 'stable');

SELECT is((SELECT proargnames[1:2]::text[] FROM pg_proc WHERE oid = 'btsql.find_closest_duplicates'::regproc),
          '{config,result_limit}',
          'arguments are given by name');

CREATE FUNCTION pg_temp.closest(config jsonb, result_limit integer DEFAULT 20)
RETURNS text
LANGUAGE sql
AS $$
    SELECT pg_temp.places(format('SELECT run_id FROM btsql.find_closest_duplicates(%L, %s)', config, result_limit));
$$;
CREATE TEMPORARY TABLE asked AS
SELECT pg_temp.success_record('{"environment": {"data_fingerprint": "a", "nautilus_trader": "1.221.0"}}') - 'run_id' AS config;

SELECT is(pg_temp.closest(config), '', 'an empty history has none') FROM asked;

SELECT pg_temp.record_at(1, config - 'started_at') FROM asked;
SELECT pg_temp.record_at(2, '{"environment": {"data_fingerprint": "b", "nautilus_trader": "1.221.0"}}');
SELECT pg_temp.record_at(3, '{"environment": {"data_fingerprint": "a", "nautilus_trader": "1.231.0"}}');
SELECT pg_temp.record_at(4, config - 'started_at') FROM asked;
SELECT pg_temp.record_at(5, '{"initial_capital": 5, "environment": {"data_fingerprint": "a"}}');
SELECT pg_temp.record_at(6, '{"environment": {"data_fingerprint": "c"}}');
SELECT is(pg_temp.closest(config), '4 1 5 3 6 2', 'what tested the very same, then what is on the same data, then the others')
  FROM asked;
SELECT results_eq('SELECT * FROM find_closest_duplicates((SELECT config FROM asked)) ORDER BY run_id DESC',
                  'SELECT * FROM find_duplicates((SELECT config FROM asked))', 'each as find_duplicates() has it');

SELECT pg_temp.record_at(41, '{"data_source": "mock", "environment": {}}');
SELECT is(pg_temp.closest(config || '{"data_source": "csv"}'), '4 1 41 5 3 6 2', 'what may be the same data is as close as what is')
  FROM asked;

-- Without a fingerprint the newest come first, however many differ.
SELECT pg_temp.record_at(place, '{"data_source": "mock", "environment": {"nautilus_trader": "1"}}') FROM generate_series(7, 40) AS place;
SELECT is(pg_temp.closest(config - 'environment' || '{"data_source": "csv"}', 2), '6 4', 'an older one is found among newer ones')
  FROM asked;
SELECT is(pg_temp.closest(config || '{"data_source": "mock", "environment": {}}', 1), '41', 'and so is the newest') FROM asked;

SELECT throws_ok(format('SELECT * FROM find_closest_duplicates(%L, %s)', config, given), '22023', format('result_limit is %s, not 1 to 1000', given))
  FROM asked
 CROSS JOIN (VALUES ('0'), ('NULL')) AS bad (given);

SELECT * FROM finish();
ROLLBACK;
