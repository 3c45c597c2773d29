-- Tests of functions/delete_run
BEGIN;
\ir ../fixtures.psql
SELECT plan(31);

SELECT has_function('btsql', 'delete_run', ARRAY['text']);
SELECT function_returns('btsql', 'delete_run', ARRAY['text'], 'uuid');
SELECT function_lang_is('btsql', 'delete_run', ARRAY['text'], 'plpgsql');
SELECT volatility_is('btsql', 'delete_run', ARRAY['text'], 'volatile');

SELECT pg_temp.record_at(1, '{"metrics": {"sharpe_ratio": 11}}');
SELECT pg_temp.record_at(2,
                         jsonb_build_object('origin_run_id', find_run('1aaa'), 'changes',
                                            '{"fast_period": [10, 12]}'::jsonb));
SELECT pg_temp.record_at(3, '{}', 'failure');
SELECT add_note(short_id(run_id), 'noted'), set_tags(short_id(run_id), '{good}') FROM backtest_run;

CREATE FUNCTION pg_temp.left_of(id uuid)
RETURNS text
LANGUAGE sql
AS $$
    SELECT string_agg(place || ' ' || rows, ', ' ORDER BY place)
      FROM (SELECT 'run' AS place, count(*) AS rows FROM btsql.backtest_run WHERE run_id = id
             UNION ALL
            SELECT 'metrics', count(*) FROM btsql.performance_metrics WHERE run_id = id
             UNION ALL
            SELECT 'rejected', count(*) FROM btsql.rejected_metric WHERE run_id = id
             UNION ALL
            SELECT 'parameter', count(*) FROM btsql.run_parameter WHERE run_id = id
             UNION ALL
            SELECT 'annotation', count(*) FROM btsql.run_annotation WHERE run_id = id) AS counted;
$$;
CREATE TEMPORARY TABLE origin AS SELECT find_run('1aaa') AS run_id;
CREATE TEMPORARY TABLE others AS SELECT to_jsonb(run) AS run FROM backtest_run AS run WHERE run_id <> find_run('1aaa');

-- What @ means changes with the next run.
SELECT is(pg_temp.diagnostics(format('SELECT btsql.delete_run(%L)', reference)) - '{detail,rule,table}'::text[],
          jsonb_build_object('sqlstate', '22023', 'message',
                             format('delete_run() takes an id, not "%s"', left(reference, 100)),
                             'hint', 'Look the id up with find_run() first.'),
          format('"%s" is refused', left(reference, 40)))
  FROM (VALUES ('@'), ('@~1'), ('@ok'), (' @'), ('@~0'), ('1aaa@'), ('@' || repeat('x', 500))) AS example (reference);
SELECT is(pg_temp.refusal(format('SELECT btsql.delete_run(%L)', reference)), state,
          format('"%s" is refused', reference))
  FROM (VALUES ('deadbeef', 'P0002'), ('019cad', '21000'), ('1aa', '22023'), ('', '22023'), ('%', '22023'),
        (NULL, '22023'))
       AS example (reference, state);
SELECT is((SELECT count(*) FROM backtest_run), 3::bigint, 'nothing has gone by that');

SELECT is((SELECT pg_temp.left_of(run_id) FROM origin), 'annotation 2, metrics 1, parameter 2, rejected 1, run 1',
          'a run with all that can belong to it');
SELECT is(delete_run('1aaa'), (SELECT run_id FROM origin), 'its id is returned');
SELECT is((SELECT pg_temp.left_of(run_id) FROM origin), 'annotation 0, metrics 0, parameter 0, rejected 0, run 0',
          'and nothing is left of it');
SELECT is(origin_run_id, origin.run_id, 'its reproduction keeps the id of its origin') FROM get_run('2aaa'), origin;
SELECT set_eq('SELECT to_jsonb(run) FROM backtest_run AS run', 'SELECT run FROM others',
              'the other runs are as they were');
SELECT is(pg_temp.left_of(run_id), expected, 'with all of theirs')
  FROM (VALUES ('2aaa', 'annotation 2, metrics 1, parameter 2, rejected 0, run 1'),
               ('3aaa', 'annotation 2, metrics 0, parameter 2, rejected 0, run 1')) AS example (reference, expected)
 CROSS JOIN LATERAL get_run(reference);
SELECT is((SELECT bool_and(check_run(run_id::text)) FROM backtest_run), true, 'and still what was recorded');
SELECT is(pg_temp.refusal('SELECT btsql.delete_run(''1aaaa'')'), 'P0002', 'it cannot be deleted twice');
SELECT lives_ok(format('SELECT delete_run(%L)', upper(find_run('@')::text)), 'a whole id will do');
SELECT lives_ok(format('SELECT delete_run(%L)', find_run('@')), 'and a reproduction goes like any other run');
SELECT is_empty('SELECT run_id FROM backtest_run', 'nothing is left');
SELECT is(pg_temp.places('SELECT pg_temp.record_at(1) AS run_id'), '1', 'a deleted run can be recorded again');

SELECT * FROM finish();
ROLLBACK;
