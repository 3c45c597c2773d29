-- Tests of triggers/run_parameter
BEGIN;
\ir ../fixtures.psql
SELECT plan(14);

SELECT triggers_are('btsql', 'run_parameter',
    ARRAY['run_parameter_is_immutable', 'run_parameter_is_deleted_with_the_run', 'run_parameter_is_not_truncated'],
    'the triggers of the table');
SELECT trigger_is('btsql', 'run_parameter', 'run_parameter_is_immutable', 'btsql', 'refuse_change');
SELECT trigger_is('btsql', 'run_parameter', 'run_parameter_is_deleted_with_the_run', 'btsql', 'refuse_direct_delete');
SELECT trigger_is('btsql', 'run_parameter', 'run_parameter_is_not_truncated', 'btsql', 'refuse_change');

SELECT record_run(pg_temp.success_record());
SELECT is((SELECT count(*) FROM run_parameter), 2::bigint, 'there are rows to attack');

-- Each column, even when it stays as it is.
SELECT pg_temp.breaks_only('run_parameter_is_immutable', format('UPDATE btsql.run_parameter SET %1$I = %1$I', name))
  FROM pg_temp.columns_of('btsql.run_parameter');

SELECT pg_temp.breaks_only('run_parameter_is_deleted_with_the_run', 'DELETE FROM btsql.run_parameter');
SELECT is(pg_temp.refusal('DELETE FROM btsql.run_parameter WHERE false'), 'accepted', 'to delete nothing is harmless');
SELECT is(pg_temp.refusal('WITH gone AS (DELETE FROM btsql.run_parameter RETURNING run_id) SELECT run_id FROM gone'),
          '23001 run_parameter_is_deleted_with_the_run', 'a DELETE inside a query is direct too');

SELECT pg_temp.breaks_only('run_parameter_is_not_truncated', 'TRUNCATE btsql.run_parameter');

SELECT pg_temp.all_rules_seen('btsql.run_parameter', 't');

DELETE FROM backtest_run;
SELECT is_empty('SELECT name FROM run_parameter', 'the cascade from the run takes them along');

SELECT * FROM finish();
ROLLBACK;
