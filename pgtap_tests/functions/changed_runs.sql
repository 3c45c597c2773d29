-- Tests of functions/changed_runs: the range. What counts as a change: functions/check_run.sql.
BEGIN;
\ir ../fixtures.psql
SELECT plan(10);

SELECT has_function('btsql', 'changed_runs', ARRAY['uuid', 'uuid']);
SELECT function_returns('btsql', 'changed_runs', ARRAY['uuid', 'uuid'], 'setof record');
SELECT function_lang_is('btsql', 'changed_runs', ARRAY['uuid', 'uuid'], 'plpgsql');
SELECT volatility_is('btsql', 'changed_runs', ARRAY['uuid', 'uuid'], 'stable');

SELECT pg_temp.record_at(place) FROM generate_series(1, 4) AS place;
SET LOCAL session_replication_role = replica;
UPDATE backtest_run SET strategy_name = 'better name' WHERE run_id <> find_run('4aaa');
SET LOCAL session_replication_role = origin;

SELECT is(pg_temp.places(format('SELECT run_id FROM btsql.changed_runs(%L, %L)', find_run(first), find_run(last))), expected,
          format('from %s to %s', first, last))
  FROM (VALUES ('1aaa', '4aaa', '3 2 1'), ('2aaa', '4aaa', '3 2'), ('1aaa', '2aaa', '2 1'), ('2aaa', '2aaa', '2'),
               ('4aaa', '4aaa', ''), ('3aaa', '1aaa', '')) AS example (first, last, expected);

SELECT * FROM finish();
ROLLBACK;
