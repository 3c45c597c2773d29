-- Tests of tables/rejected_metric: one for each constraint. For the triggers see triggers/rejected_metric.sql.
BEGIN;
\ir ../fixtures.psql
SELECT plan(18);

SELECT has_table('btsql', 'rejected_metric', 'there is a table rejected_metric');
SELECT has_pk('btsql', 'rejected_metric', 'it has a primary key');

SELECT results_eq(
    'SELECT name, type, is_needed FROM pg_temp.columns_of(''btsql.rejected_metric'')',
    $$ VALUES
        ('run_id', 'uuid', true),
        ('recorded_at', 'timestamp with time zone', true),
        ('metric', 'text', true),
        ('reported_value', 'text', false),
        ('reason', 'text', true) $$,
    'columns: name, type, NOT NULL');

SELECT col_is_pk('btsql', 'rejected_metric', ARRAY['run_id', 'metric'], 'a metric of a run is rejected once');
SELECT fk_ok('btsql', 'rejected_metric', ARRAY['run_id', 'recorded_at'],
             'btsql', 'performance_metrics', ARRAY['run_id', 'recorded_at'],
             'it refers to the metrics of a run, and their transaction');
SELECT is((SELECT confdeltype FROM pg_constraint WHERE conname = 'rejected_metric_belongs_to_its_run'), 'c'::"char",
          'it goes with its run');

SELECT pg_temp.insert_run();
SELECT pg_temp.insert_metrics();

SELECT is(pg_temp.refusal($$ SELECT pg_temp.insert_rejected() $$), 'accepted', 'the row that the tests below change');
SELECT is(pg_temp.refusal($$ SELECT pg_temp.insert_rejected(), pg_temp.insert_rejected('{"metric": "cagr"}') $$), 'accepted',
          'a run can have several');
SELECT is(pg_temp.refusal($$ SELECT pg_temp.insert_rejected('{"reported_value": null}') $$), 'accepted',
          'an undefined metric has no reported value');

SELECT pg_temp.breaks_only(rule, statement)
  FROM (VALUES
        ('rejected_metric_pkey',
         $$ SELECT pg_temp.insert_rejected(), pg_temp.insert_rejected('{"reason": "another"}') $$),
        ('rejected_metric_belongs_to_its_run',
         $$ SELECT pg_temp.insert_rejected('{"run_id": "019cade2-123b-7abc-8def-000000000000"}') $$),
        ('rejected_metric_belongs_to_its_run',
         $$ SELECT pg_temp.insert_run('{"run_id": "019cade2-123b-7abc-8def-000000000001", "status": "failure",
                                        "error_type": "E", "error_message": "m"}'),
                   pg_temp.insert_rejected('{"run_id": "019cade2-123b-7abc-8def-000000000001"}') $$),
        ('rejected_metric_reason_is_given',
         $$ SELECT pg_temp.insert_rejected('{"reason": ""}') $$),
        ('rejected_metric_reason_is_given',
         $$ SELECT pg_temp.insert_rejected('{"reason": " \n"}') $$)
       ) AS example (rule, statement);

SELECT pg_temp.all_rules_seen('btsql.rejected_metric', 'cfpu');

SELECT is(pg_temp.diagnostics(format('SELECT pg_temp.insert_rejected(%L)', jsonb_build_object(name, NULL))) ->> 'sqlstate',
          '23502', format('%s cannot be NULL', name))
  FROM pg_temp.columns_of('btsql.rejected_metric')
 WHERE is_needed AND name <> 'recorded_at';

SELECT * FROM finish();
ROLLBACK;
