-- Tests of functions/find_near_duplicates
BEGIN;
\ir ../fixtures.psql
SELECT plan(32);

SELECT has_function('btsql', 'find_near_duplicates', ARRAY['jsonb', 'integer']);
SELECT function_returns('btsql', 'find_near_duplicates', ARRAY['jsonb', 'integer'], 'setof duplicate_run');
SELECT function_lang_is('btsql', 'find_near_duplicates', ARRAY['jsonb', 'integer'], 'plpgsql');
SELECT volatility_is('btsql', 'find_near_duplicates', ARRAY['jsonb', 'integer'], 'stable');

SELECT is((SELECT proargnames[1:2]::text[] FROM pg_proc WHERE oid = 'btsql.find_near_duplicates'::regproc),
          '{config,result_limit}',
          'arguments are given by name');

CREATE TEMPORARY TABLE asked AS
SELECT pg_temp.success_record('{"parameters": {"fast": 10, "slow": 30, "mode": "a"}}') - 'run_id' AS config;
CREATE FUNCTION pg_temp.near(config jsonb)
RETURNS text
LANGUAGE sql
AS $$
    SELECT pg_temp.places(format('SELECT run_id FROM btsql.find_near_duplicates(%L)', config));
$$;
SELECT is(pg_temp.near(config), '', 'an empty history has none') FROM asked;

SELECT pg_temp.record_at(1, '{"parameters": {"fast": 10, "slow": 30, "mode": "a"}}');
SELECT pg_temp.record_at(2, '{"parameters": {"fast": 11, "slow": 30, "mode": "a"}}');
SELECT pg_temp.record_at(3, '{"parameters": {"fast": 20, "slow": 30, "mode": "a"}}');
SELECT pg_temp.record_at(4, '{"parameters": {"fast": 11, "slow": 31, "mode": "a"}}');
SELECT pg_temp.record_at(5, '{"parameters": {"fast": 10, "slow": 30, "mode": "b"}}');
SELECT pg_temp.record_at(6, '{"parameters": {"fast": 10, "slow": 30}}');
SELECT pg_temp.record_at(7, '{"parameters": {"fast": 10, "slow": 30, "mode": "a", "extra": 1}}');
SELECT pg_temp.record_at(8, '{"parameters": {}}');
SELECT pg_temp.record_at(9, '{"parameters": {"fast": 9, "slow": 30, "mode": "a"}}');
SELECT pg_temp.record_at(10, '{"parameters": {"fast": "10", "slow": 30, "mode": "a"}}');
SELECT pg_temp.record_at(11, '{"parameters": {"fast": 11.0, "slow": 30, "mode": "a"}}');
-- Not on the same test bed, or no success.
SELECT pg_temp.record_at(21, '{"parameters": {"fast": 11, "slow": 30, "mode": "a"}, "instruments": ["MSFT.XNAS"]}');
SELECT pg_temp.record_at(22,
                         '{"parameters": {"fast": 11, "slow": 30, "mode": "a"}, "data_end": "2024-12-30T00:00:00Z"}');
SELECT pg_temp.record_at(23,
                         '{"parameters": {"fast": 11, "slow": 30, "mode": "a"}, "data_start": "2020-01-03T00:00:00Z"}');
SELECT pg_temp.record_at(24, '{"parameters": {"fast": 11, "slow": 30, "mode": "a"}, "strategy_path": "other:Class"}');
SELECT pg_temp.record_at(25, '{"parameters": {"fast": 11, "slow": 30, "mode": "a"}}', 'failure');
SELECT pg_temp.record_at(26, '{"parameters": {"fast": 11, "slow": 30, "mode": "a"}}', 'interrupted');

-- One that differs: by 1/11 (newest first), 1/10, 1/2, then what is no number; then two; then all.
SELECT is(pg_temp.near(config), '11 2 9 3 10 7 6 5 4 8', 'nearest first, no duplicate, no other test bed') FROM asked;
SELECT is(pg_temp.places(format('SELECT run_id FROM btsql.find_near_duplicates(%L, 3)', config)), '11 2 9',
          'the nearest 3') FROM asked;
SELECT is(pg_temp.near(run_identity('2aaa')), '4 1 9 3 10 7 6 5 8',
          'like a recorded run: neither itself nor its duplicate');
SELECT is(pg_temp.near(config || '{"parameters": {}}'), '6 11 10 9 5 4 3 2 1 7', 'fewest first, where all are far')
    FROM asked;
SELECT is(pg_temp.near(config || '{"instruments": ["MSFT.XNAS"]}'), '21', 'other instruments') FROM asked;
SELECT is(pg_temp.near(config || jsonb_build_object('run_id', find_run('2aaa'))), '11 9 3 10 7 6 5 4 8',
          'an id leaves one out') FROM asked;

SELECT results_eq(
    format('SELECT split_part(short_id, ''a'', 1), differences FROM find_near_duplicates(%L)', config),
    $$ VALUES ('11', '{"fast": {"wanted": 10, "recorded": 11}}'::jsonb),
              ('2',  '{"fast": {"wanted": 10, "recorded": 11}}'),
              ('9',  '{"fast": {"wanted": 10, "recorded": 9}}'),
              ('3',  '{"fast": {"wanted": 10, "recorded": 20}}'),
              ('10', '{"fast": {"wanted": 10, "recorded": "10"}}'),
              ('7',  '{"extra": {"recorded": 1}}'),
              ('6',  '{"mode": {"wanted": "a"}}'),
              ('5',  '{"mode": {"wanted": "a", "recorded": "b"}}'),
              ('4',  '{"fast": {"wanted": 10, "recorded": 11}, "slow": {"wanted": 30, "recorded": 31}}'),
              ('8',  '{"fast": {"wanted": 10}, "slow": {"wanted": 30}, "mode": {"wanted": "a"}}') $$,
    'the parameters that differ, and both values')
  FROM asked;
SELECT results_eq(format('SELECT run_id, short_id, started_at, total_return, sharpe_ratio, max_drawdown
                            FROM find_near_duplicates(%L, 1)', config),
                  $$ SELECT run_id, short_id, started_at, total_return, sharpe_ratio,
                      max_drawdown FROM get_run('11aa') $$,
                  'each with its figures')
  FROM asked;
SELECT is((SELECT array_agg(near.differences)
           FROM find_near_duplicates(config || '{"parameters": {"fast": null}}', 1) AS near),
          ARRAY['{"fast": {"wanted": null}}'::jsonb], 'null is not absent')
  FROM asked;

SELECT is(pg_temp.diagnostics(format('SELECT btsql.find_near_duplicates(%L)',
                                     config || change)) - '{detail,rule,table,hint}'::text[],
          jsonb_build_object('sqlstate', state, 'message', message), change::text)
  FROM asked
 CROSS JOIN (VALUES
        ('{"data_start": "yesterday"}'::jsonb, '22007', 'key "data_start" of the record is not a time: "yesterday"'),
        ('{"run_id": "@", "strategy_path": "none:None"}', '22P02', 'key "run_id" of the record is not a run id: "@"'),
        ('{"parameters": [1]}', '22023', 'key "parameters" of the configuration is missing or of a wrong type')
       ) AS example (change, state, message);
SELECT is(pg_temp.diagnostics('SELECT btsql.find_near_duplicates(btsql.run_identity(''@''))') ->> 'message',
          'key "instruments" of the configuration is missing or of a wrong type',
              'an interrupted run may not be comparable');
SELECT is(pg_temp.refusal(format('SELECT btsql.find_near_duplicates(%L)', given)), '22023',
          coalesce(given, 'NULL') || ' is refused')
  FROM (VALUES ('{}'), ('[]'), ('1'), ('null'), (NULL)) AS example (given);
SELECT throws_ok(format('SELECT btsql.find_near_duplicates(%L, %L)', config, given), '22023',
                 format('result_limit is %s, not 1 to 1000', coalesce(given, 'NULL')),
                     'a limit of ' || coalesce(given, 'NULL'))
  FROM asked
 CROSS JOIN (VALUES ('0'), ('1001'), (NULL)) AS example (given);

-- Of many the newest are looked at. Runs 11 and 2 have the same parameters; here one of them is old enough to be left out.
SELECT pg_temp.record_at(100 + number, jsonb_build_object('parameters', config -> 'parameters'))
  FROM asked
 CROSS JOIN generate_series(1, 300) AS number;
SELECT is(pg_temp.near(config), '11 2 9 3 10 7 6 5 4 8', 'duplicates take no place') FROM asked;
SELECT pg_temp.record_at(500 + number, '{"parameters": {"fast": 1000, "slow": 30, "mode": "a"}}')
  FROM generate_series(1, 299) AS number;
SELECT is(pg_temp.places(format('SELECT run_id FROM btsql.find_near_duplicates(%L, 2)', config)), '11 799',
          'the newest 300 that are none are looked at') FROM asked;
SELECT is((SELECT count(*) FROM asked CROSS JOIN LATERAL find_near_duplicates(config, result_limit)), found,
          format('or as many as are wanted, if that is more: %s', result_limit))
  FROM (VALUES (300, 300::bigint), (304, 304), (1000, 309)) AS example (result_limit, found);

SELECT * FROM finish();
ROLLBACK;
