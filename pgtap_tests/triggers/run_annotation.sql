-- Tests of triggers/run_annotation
BEGIN;
\ir ../fixtures.psql
SELECT plan(16);

SELECT triggers_are('btsql', 'run_annotation',
    ARRAY['run_annotation_is_immutable', 'run_annotation_is_deleted_with_the_run', 'run_annotation_is_not_truncated'],
    'the triggers of the table');
SELECT trigger_is('btsql', 'run_annotation', 'run_annotation_is_immutable', 'btsql', 'refuse_change');
SELECT trigger_is('btsql', 'run_annotation', 'run_annotation_is_deleted_with_the_run', 'btsql', 'refuse_direct_delete');
SELECT trigger_is('btsql', 'run_annotation', 'run_annotation_is_not_truncated', 'btsql', 'refuse_change');

SELECT record_run(pg_temp.success_record());
SELECT add_note('@', 'fine'), set_tags('@', '{good}');
SELECT is((SELECT count(*) FROM run_annotation), 2::bigint, 'there are rows to attack');

-- Each column, even when it stays as it is.
SELECT pg_temp.breaks_only('run_annotation_is_immutable',
           format('UPDATE btsql.run_annotation SET %1$I = %2$s', name,
                  CASE name WHEN 'annotation_id' THEN 'DEFAULT' ELSE name END))
  FROM pg_temp.columns_of('btsql.run_annotation');

SELECT pg_temp.breaks_only('run_annotation_is_deleted_with_the_run', 'DELETE FROM btsql.run_annotation');
SELECT is(pg_temp.refusal('DELETE FROM btsql.run_annotation WHERE false'), 'accepted', 'to delete nothing is harmless');
SELECT is(pg_temp.refusal('WITH gone AS (DELETE FROM btsql.run_annotation RETURNING run_id) SELECT run_id FROM gone'),
          '23001 run_annotation_is_deleted_with_the_run', 'a DELETE inside a query is direct too');

SELECT pg_temp.breaks_only('run_annotation_is_not_truncated', 'TRUNCATE btsql.run_annotation');

SELECT pg_temp.all_rules_seen('btsql.run_annotation', 't');

DELETE FROM backtest_run;
SELECT is_empty('SELECT content FROM run_annotation', 'the cascade from the run takes them along');

SELECT * FROM finish();
ROLLBACK;
