-- Tests of triggers/backtest_run
BEGIN;
\ir ../fixtures.psql
SELECT plan(39);

SELECT triggers_are('btsql', 'backtest_run',
    ARRAY['backtest_run_is_stamped', 'backtest_run_replaces_nothing', 'backtest_run_is_immutable', 'backtest_run_is_not_truncated'],
        'the triggers of the table');
SELECT trigger_is('btsql', 'backtest_run', 'backtest_run_is_stamped', 'btsql', 'stamp_recorded_at');
SELECT trigger_is('btsql', 'backtest_run', 'backtest_run_replaces_nothing', 'btsql', 'refuse_invented_replacement');
SELECT trigger_is('btsql', 'backtest_run', 'backtest_run_is_immutable', 'btsql', 'refuse_update_of_final_run');
SELECT trigger_is('btsql', 'backtest_run', 'backtest_run_is_not_truncated', 'btsql', 'refuse_change');

SELECT pg_temp.insert_run('{"recorded_at": "2020-01-01T00:00:00Z"}');
SELECT is(recorded_at, transaction_timestamp(), 'whatever it was given, a run carries the time of its transaction')
  FROM backtest_run;

SELECT pg_temp.breaks_only('backtest_run_replaces_nothing',
    format('DELETE FROM btsql.backtest_run; SELECT pg_temp.insert_run(%L)',
           '{"replaced_interrupted_at": "2020-01-01T00:00:00Z"}'));

-- Each column of a final run, even when it stays as it is.
SELECT pg_temp.breaks_only('backtest_run_is_immutable', format('UPDATE btsql.backtest_run SET %1$I = %1$I', name))
  FROM pg_temp.columns_of('btsql.backtest_run')
 WHERE name <> 'config_hash';

SELECT pg_temp.breaks_only('backtest_run_is_immutable', $$ UPDATE btsql.backtest_run SET strategy_name = 'better' $$);
SELECT is(pg_temp.refusal(
    $$ INSERT INTO btsql.backtest_run (run_id, started_at, duration_seconds, status, strategy_type, strategy_name,
                                       strategy_path, parameters, snapshot, record_digest, error_type, error_message)
       SELECT run_id, started_at, 1, 'failure', 't', 'n', 'm:C', '{}', '{}', '', 'E', 'm' FROM btsql.backtest_run
           ON CONFLICT (run_id) DO UPDATE SET strategy_name = 'better' $$),
    '23001 backtest_run_is_immutable', 'an upsert is an update');

-- PostgreSQL itself refuses TRUNCATE while a foreign key refers to the table, so that goes first.
SELECT pg_temp.breaks_only('backtest_run_is_not_truncated',
    $$ ALTER TABLE btsql.performance_metrics DROP CONSTRAINT performance_metrics_belong_to_their_run;
       ALTER TABLE btsql.run_parameter DROP CONSTRAINT run_parameter_belongs_to_its_run;
       ALTER TABLE btsql.run_annotation DROP CONSTRAINT run_annotation_belongs_to_its_run;
       TRUNCATE btsql.backtest_run $$);
SELECT is(pg_temp.refusal('TRUNCATE btsql.backtest_run CASCADE'), '23001 backtest_run_is_not_truncated',
          'TRUNCATE CASCADE is refused');

SELECT pg_temp.all_rules_seen('btsql.backtest_run', 't');

-- A whole run may go.
SELECT pg_temp.insert_metrics();
SELECT pg_temp.insert_rejected();
SELECT lives_ok('DELETE FROM btsql.backtest_run', 'a run may be deleted');
SELECT is_empty('SELECT run_id FROM performance_metrics UNION ALL SELECT run_id FROM rejected_metric',
                'and its child rows go with it');

SELECT * FROM finish();
ROLLBACK;
