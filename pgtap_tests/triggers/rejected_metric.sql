-- Tests of triggers/rejected_metric
BEGIN;
\ir ../fixtures.psql
SELECT plan(21);

SELECT triggers_are('btsql', 'rejected_metric',
    ARRAY['rejected_metric_is_stamped', 'rejected_metric_is_immutable',
          'rejected_metric_is_deleted_with_the_run', 'rejected_metric_is_not_truncated'], 'the triggers of the table');
SELECT trigger_is('btsql', 'rejected_metric', 'rejected_metric_is_stamped', 'btsql', 'stamp_recorded_at');
SELECT trigger_is('btsql', 'rejected_metric', 'rejected_metric_is_immutable', 'btsql', 'refuse_change');
SELECT trigger_is('btsql', 'rejected_metric', 'rejected_metric_is_deleted_with_the_run', 'btsql', 'refuse_direct_delete');
SELECT trigger_is('btsql', 'rejected_metric', 'rejected_metric_is_not_truncated', 'btsql', 'refuse_change');

SELECT pg_temp.insert_run();
SELECT pg_temp.insert_metrics();
SELECT pg_temp.insert_rejected('{"recorded_at": "2020-01-01T00:00:00Z"}');
SELECT is(recorded_at, transaction_timestamp(), 'whatever it was given, a row carries the time of its transaction')
  FROM rejected_metric;

-- Each column, even when it stays as it is.
SELECT pg_temp.breaks_only('rejected_metric_is_immutable', format('UPDATE btsql.rejected_metric SET %1$I = %1$I', name))
  FROM pg_temp.columns_of('btsql.rejected_metric');

SELECT pg_temp.breaks_only('rejected_metric_is_deleted_with_the_run', 'DELETE FROM btsql.rejected_metric');
SELECT is(pg_temp.refusal('DELETE FROM btsql.rejected_metric WHERE false'), 'accepted', 'to delete nothing is harmless');
SELECT is(pg_temp.refusal('WITH gone AS (DELETE FROM btsql.rejected_metric RETURNING run_id) SELECT run_id FROM gone'),
          '23001 rejected_metric_is_deleted_with_the_run', 'a DELETE inside a query is direct too');
SELECT is(pg_temp.refusal('DELETE FROM btsql.backtest_run'), 'accepted', 'the cascade from the run is not refused');

SELECT pg_temp.breaks_only('rejected_metric_is_not_truncated', 'TRUNCATE btsql.rejected_metric');

SELECT pg_temp.all_rules_seen('btsql.rejected_metric', 't');

-- Metrics of an earlier transaction take no rejected metric now. Without the stamp one could claim to be of theirs.
SELECT pg_temp.insert_earlier('btsql.backtest_run', pg_temp.success_record(
    '{"started_at": "2026-03-02T09:29:00Z", "record_digest": "earlier"}'));
SELECT pg_temp.insert_earlier('btsql.performance_metrics', jsonb_build_object(
    'run_id', pg_temp.id_at('2026-03-02 09:29:00+00'), 'status', 'success', 'strategy_type', 'sma_crossover'));
SELECT cmp_ok(metrics.recorded_at, '<', transaction_timestamp(), 'there are metrics of an earlier transaction')
  FROM performance_metrics AS metrics
 WHERE metrics.run_id = pg_temp.id_at('2026-03-02 09:29:00+00');
SELECT is(pg_temp.refusal(format('SELECT pg_temp.insert_rejected(%L)', claim)),
          '23503 rejected_metric_belongs_to_its_run',
          'they take no rejected metric, ' || label)
  FROM (VALUES
        ('by itself', jsonb_build_object('run_id', pg_temp.id_at('2026-03-02 09:29:00+00'))),
        ('nor when it names their time',
         jsonb_build_object('run_id', pg_temp.id_at('2026-03-02 09:29:00+00'), 'recorded_at', '2026-03-02T09:31:00Z'))
       ) AS example (label, claim);
SELECT is(pg_temp.refusal(format(
              'ALTER TABLE btsql.rejected_metric DISABLE TRIGGER rejected_metric_is_stamped; '
              'SELECT pg_temp.insert_rejected(%L)',
              jsonb_build_object('run_id', pg_temp.id_at('2026-03-02 09:29:00+00'), 'recorded_at', '2026-03-02T09:31:00Z'))),
          'accepted', 'that is the stamp''s doing');

SELECT * FROM finish();
ROLLBACK;
