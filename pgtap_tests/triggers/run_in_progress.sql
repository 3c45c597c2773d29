-- Tests of triggers/run_in_progress
BEGIN;
\ir ../fixtures.psql
SELECT plan(14);

SELECT triggers_are('btsql', 'run_in_progress',
    ARRAY['run_in_progress_is_stamped', 'run_in_progress_is_immutable', 'run_in_progress_is_not_truncated'],
    'the triggers of the table');
SELECT trigger_is('btsql', 'run_in_progress', 'run_in_progress_is_stamped', 'btsql', 'stamp_recorded_at');
SELECT trigger_is('btsql', 'run_in_progress', 'run_in_progress_is_immutable', 'btsql', 'refuse_change');
SELECT trigger_is('btsql', 'run_in_progress', 'run_in_progress_is_not_truncated', 'btsql', 'refuse_change');

SELECT start_run(pg_temp.interrupted_record());
SELECT is((SELECT count(*) FROM run_in_progress), 1::bigint, 'there is a row to attack');

-- Each column, even when it stays as it is.
SELECT pg_temp.breaks_only('run_in_progress_is_immutable', format('UPDATE btsql.run_in_progress SET %1$I = %1$I', name))
  FROM pg_temp.columns_of('btsql.run_in_progress');
SELECT is(pg_temp.refusal('UPDATE btsql.run_in_progress SET process = process WHERE false'), 'accepted',
          'to change nothing is harmless');

SELECT pg_temp.breaks_only('run_in_progress_is_not_truncated', 'TRUNCATE btsql.run_in_progress');
SELECT pg_temp.all_rules_seen('btsql.run_in_progress', 't');

SELECT * FROM finish();
ROLLBACK;
