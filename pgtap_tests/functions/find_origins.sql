-- Tests of functions/find_origins
BEGIN;
\ir ../fixtures.psql
SELECT plan(10);

SELECT has_function('btsql', 'find_origins', ARRAY['text']);
SELECT function_returns('btsql', 'find_origins', ARRAY['text'], 'setof record');
SELECT function_lang_is('btsql', 'find_origins', ARRAY['text'], 'plpgsql');
SELECT volatility_is('btsql', 'find_origins', ARRAY['text'], 'stable');
SELECT is((SELECT proargnames::text[] FROM pg_proc WHERE oid = 'btsql.find_origins'::regproc),
          '{reference,generation,run_id,short_id,started_at,status,changes,is_recorded}', 'columns of the result');

SELECT pg_temp.record_at(1);
SELECT pg_temp.record_at(2, jsonb_build_object('origin_run_id', find_run('1aaa')));
SELECT pg_temp.record_at(3, jsonb_build_object('origin_run_id', find_run('2aaa'),
                                               'changes', '{"capital": {"from": 1, "to": 2}}'::jsonb), 'failure');
SELECT pg_temp.record_at(4, jsonb_build_object('origin_run_id', pg_temp.id_at('2020-01-01', 'ffffffffffff')));
SELECT pg_temp.record_at(5, jsonb_build_object('origin_run_id', find_run('4aaa')));

SELECT is_empty($$ SELECT FROM find_origins('1aaa') $$, 'a run of its own has none');
SELECT results_eq(
    $$ SELECT generation, left(short_id, 4), started_at, status, changes, is_recorded FROM find_origins('3aaa') $$,
    $$ VALUES (1, '2aaa', timestamptz '2026-03-02 09:02:00+00', 'success', '{"capital": {"from": 1, "to": 2}}'::jsonb, true),
              (2, '1aaa', '2026-03-02 09:01:00+00', 'success', NULL, true) $$,
    'the chain goes back to the first, with what was changed at each step');
SELECT results_eq(
    $$ SELECT generation, left(short_id, 4), started_at, status, is_recorded FROM find_origins('5aaa') $$,
    $$ VALUES (1, '4aaa', timestamptz '2026-03-02 09:04:00+00', 'success', true), (2, 'ffff', NULL, NULL, false) $$,
    'it ends at a run that is not recorded here');

SELECT pg_temp.record_at(6, jsonb_build_object('origin_run_id', pg_temp.id_at('2026-03-02 09:07:00+00', '7aaaaaaaaaaa')));
SELECT pg_temp.record_at(7, jsonb_build_object('origin_run_id', find_run('6aaa')));
SELECT is((SELECT count(*) FROM find_origins('7aaa')), 1::bigint, 'runs that name each other do not go round for ever');

SELECT throws_ok($$ SELECT find_origins('0000') $$, 'P0002', 'no run answers to "0000"', 'an unknown reference is refused');

SELECT * FROM finish();
ROLLBACK;
