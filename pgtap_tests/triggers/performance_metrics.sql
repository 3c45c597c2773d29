-- Tests of triggers/performance_metrics
BEGIN;
\ir ../fixtures.psql
SELECT plan(38);

SELECT triggers_are('btsql', 'performance_metrics',
    ARRAY['performance_metrics_are_stamped', 'performance_metrics_are_immutable',
          'performance_metrics_are_deleted_with_the_run', 'performance_metrics_are_not_truncated'], 'the triggers of the table');
SELECT trigger_is('btsql', 'performance_metrics', 'performance_metrics_are_stamped', 'btsql', 'stamp_recorded_at');
SELECT trigger_is('btsql', 'performance_metrics', 'performance_metrics_are_immutable', 'btsql', 'refuse_change');
SELECT trigger_is('btsql', 'performance_metrics', 'performance_metrics_are_deleted_with_the_run', 'btsql', 'refuse_direct_delete');
SELECT trigger_is('btsql', 'performance_metrics', 'performance_metrics_are_not_truncated', 'btsql', 'refuse_change');

SELECT pg_temp.insert_run();
SELECT pg_temp.insert_metrics('{"recorded_at": "2020-01-01T00:00:00Z"}');
SELECT is(recorded_at, transaction_timestamp(), 'whatever it was given, a row carries the time of its transaction')
  FROM performance_metrics;

-- Each column, even when it stays as it is.
SELECT pg_temp.breaks_only('performance_metrics_are_immutable', format('UPDATE btsql.performance_metrics SET %1$I = %1$I', name))
  FROM pg_temp.columns_of('btsql.performance_metrics');

SELECT pg_temp.breaks_only('performance_metrics_are_deleted_with_the_run', 'DELETE FROM btsql.performance_metrics');
SELECT is(pg_temp.refusal('DELETE FROM btsql.performance_metrics WHERE false'), 'accepted', 'to delete nothing is harmless');
SELECT is(pg_temp.refusal('WITH gone AS (DELETE FROM btsql.performance_metrics RETURNING run_id) SELECT run_id FROM gone'),
          '23001 performance_metrics_are_deleted_with_the_run', 'a DELETE inside a query is direct too');
SELECT is(pg_temp.refusal('DELETE FROM btsql.backtest_run'), 'accepted', 'the cascade from the run is not refused');

-- PostgreSQL itself refuses TRUNCATE while a foreign key refers to the table, so that goes first.
SELECT pg_temp.breaks_only('performance_metrics_are_not_truncated',
    $$ ALTER TABLE btsql.rejected_metric DROP CONSTRAINT rejected_metric_belongs_to_its_run;
       TRUNCATE btsql.performance_metrics $$);
SELECT is(pg_temp.refusal('TRUNCATE btsql.performance_metrics CASCADE'), '23001 performance_metrics_are_not_truncated',
          'TRUNCATE CASCADE is refused');

SELECT pg_temp.all_rules_seen('btsql.performance_metrics', 't');

-- A run of an earlier transaction takes no metrics now. Without the stamp they could claim to be of its transaction.
SELECT pg_temp.insert_earlier('btsql.backtest_run', pg_temp.success_record(
    '{"started_at": "2026-03-02T09:29:00Z", "record_digest": "earlier"}'));
SELECT cmp_ok(recorded_at, '<', transaction_timestamp(), 'there is a run of an earlier transaction')
  FROM backtest_run
 WHERE record_digest = 'earlier';
SELECT is(pg_temp.refusal(format('SELECT pg_temp.insert_metrics(%L)', claim)),
          '23503 performance_metrics_belong_to_their_run',
          'it takes no metrics, ' || label)
  FROM (VALUES
        ('by themselves', jsonb_build_object('run_id', pg_temp.id_at('2026-03-02 09:29:00+00'))),
        ('nor when they name its time',
         jsonb_build_object('run_id', pg_temp.id_at('2026-03-02 09:29:00+00'), 'recorded_at', '2026-03-02T09:31:00Z'))
       ) AS example (label, claim);
SELECT is(pg_temp.refusal(format(
              'ALTER TABLE btsql.performance_metrics DISABLE TRIGGER performance_metrics_are_stamped; '
              'SELECT pg_temp.insert_metrics(%L)',
              jsonb_build_object('run_id', pg_temp.id_at('2026-03-02 09:29:00+00'), 'recorded_at', '2026-03-02T09:31:00Z'))),
          'accepted', 'that is the stamp''s doing');

SELECT * FROM finish();
ROLLBACK;
