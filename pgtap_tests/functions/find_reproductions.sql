-- Tests of functions/find_reproductions
BEGIN;
\ir ../fixtures.psql
SELECT plan(10);

SELECT has_function('btsql', 'find_reproductions', ARRAY['text', 'integer']);
SELECT function_returns('btsql', 'find_reproductions', ARRAY['text', 'integer'], 'setof record');
SELECT function_lang_is('btsql', 'find_reproductions', ARRAY['text', 'integer'], 'plpgsql');
SELECT volatility_is('btsql', 'find_reproductions', ARRAY['text', 'integer'], 'stable');
SELECT is((SELECT proargnames::text[] FROM pg_proc WHERE oid = 'btsql.find_reproductions'::regproc),
          '{reference,result_limit,run_id,short_id,started_at,status,changes}', 'columns of the result');

SELECT pg_temp.record_at(1);
SELECT pg_temp.record_at(2, jsonb_build_object('origin_run_id', find_run('1aaa')));
SELECT pg_temp.record_at(3, jsonb_build_object('origin_run_id', find_run('1aaa'), 'changes', '{"a": {"to": 2}}'::jsonb),
                         'failure');
SELECT pg_temp.record_at(4, jsonb_build_object('origin_run_id', find_run('2aaa')));

SELECT results_eq(
    $$ SELECT left(short_id, 4), started_at, status, changes FROM find_reproductions('1aaa') $$,
    $$ VALUES ('3aaa', timestamptz '2026-03-02 09:03:00+00', 'failure', '{"a": {"to": 2}}'::jsonb),
              ('2aaa', '2026-03-02 09:02:00+00', 'success', NULL) $$,
    'newest first, its own ones only');
SELECT is(pg_temp.places($$ SELECT run_id FROM find_reproductions('1aaa', 1) $$), '3', 'as many as asked for');
SELECT is_empty($$ SELECT FROM find_reproductions('4aaa') $$, 'a run that nobody reproduced has none');

SELECT throws_ok($$ SELECT find_reproductions('1aaa', 0) $$, '22023', 'result_limit is 0, not 1 to 1000', 'a limit of 0');
SELECT throws_ok($$ SELECT find_reproductions('0000') $$, 'P0002', 'no run answers to "0000"',
                 'an unknown reference is refused');

SELECT * FROM finish();
ROLLBACK;
