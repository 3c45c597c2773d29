-- Tests of tables/run_in_progress: one for each constraint. For the triggers see triggers/run_in_progress.sql.
BEGIN;
\ir ../fixtures.psql
SELECT plan(19);

SELECT has_table('btsql', 'run_in_progress', 'there is a table run_in_progress');
SELECT has_pk('btsql', 'run_in_progress', 'it has a primary key');
SELECT col_is_pk('btsql', 'run_in_progress', ARRAY['run_id'], 'a run starts once');
SELECT results_eq(
    'SELECT name, type, is_needed FROM pg_temp.columns_of(''btsql.run_in_progress'')',
    $$ VALUES
        ('run_id', 'uuid', true),
        ('started_at', 'timestamp with time zone', true),
        ('record', 'jsonb', true),
        ('process', 'jsonb', true),
        ('backend_pid', 'integer', false),
        ('recorded_at', 'timestamp with time zone', true) $$,
    'columns: name, type, NOT NULL');
SELECT col_default_is('btsql', 'run_in_progress', 'recorded_at', 'transaction_timestamp()', 'it carries its time');

-- A start, with columns changed.
CREATE FUNCTION pg_temp.insert_start(changes jsonb DEFAULT '{}')
RETURNS void
LANGUAGE sql
AS $$
    SELECT pg_temp.insert_row('btsql.run_in_progress', jsonb_build_object(
        'run_id', pg_temp.interrupted_record() -> 'run_id', 'started_at', pg_temp.interrupted_record() -> 'started_at',
        'record', pg_temp.interrupted_record(), 'process', '{}'::jsonb) || changes);
$$;

SELECT is(pg_temp.refusal(format('SELECT pg_temp.insert_start(%L)', changes)), 'accepted', label)
  FROM (VALUES
        ('the row that the tests below change', '{}'::jsonb),
        ('a session that holds its lock',       '{"backend_pid": 123}')
       ) AS example (label, changes);

SELECT pg_temp.breaks_only(rule, statement)
  FROM (VALUES
        ('run_in_progress_pkey', 'SELECT pg_temp.insert_start(), pg_temp.insert_start()'),
        ('run_in_progress_id_carries_start', $$ SELECT pg_temp.insert_start('{"started_at": "2026-03-02T09:30:01Z"}') $$),
        ('run_in_progress_start_is_in_range', $$ SELECT pg_temp.insert_start(
            '{"started_at": "9999-01-01T00:00:00Z", "run_id": "e6707a6e-b000-7abc-8def-a1b2c3d4e5f6"}') $$),
        ('run_in_progress_documents_are_objects', $$ SELECT pg_temp.insert_start('{"record": []}') $$),
        ('run_in_progress_documents_are_objects', $$ SELECT pg_temp.insert_start('{"process": "here"}') $$)
       ) AS example (rule, statement);
SELECT pg_temp.all_rules_seen('btsql.run_in_progress', 'cfpu');

SELECT is(pg_temp.diagnostics(format('SELECT pg_temp.insert_start(%L)', jsonb_build_object(name, NULL))) ->> 'sqlstate',
          '23502', format('%s cannot be NULL', name))
  FROM (VALUES ('run_id'), ('started_at'), ('record'), ('process')) AS example (name);
SELECT is(pg_temp.refusal($$ SELECT pg_temp.insert_start('{"recorded_at": null}') $$), 'accepted',
          'recorded_at is stamped in any case');
SELECT pg_temp.insert_start('{"recorded_at": "2020-01-01T00:00:00Z"}');
SELECT is(recorded_at, transaction_timestamp(), 'with the time of the transaction') FROM run_in_progress;

SELECT * FROM finish();
ROLLBACK;
