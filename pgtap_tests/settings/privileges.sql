-- Tests of settings/privileges
BEGIN;
\ir ../fixtures.psql
SELECT * FROM no_plan();

SELECT has_role('btsql_reader');
SELECT has_role('btsql_writer');
SELECT is(rolcanlogin OR rolsuper OR rolcreaterole OR rolcreatedb, false, rolname || ' is a mere group')
  FROM pg_roles
 WHERE rolname IN ('btsql_reader', 'btsql_writer');

-- What the catalog says.
SELECT is_empty($$
    SELECT function.oid::regprocedure
      FROM pg_proc AS function
     CROSS JOIN aclexplode(coalesce(function.proacl, acldefault('f', function.proowner))) AS granted
     WHERE function.pronamespace = 'btsql'::regnamespace AND granted.grantee = 0
    $$, 'PUBLIC can call nothing');
SELECT is_empty($$
    SELECT relation.oid::regclass
      FROM pg_class AS relation
     CROSS JOIN aclexplode(coalesce(relation.relacl, acldefault('r', relation.relowner))) AS granted
     WHERE relation.relnamespace = 'btsql'::regnamespace AND relation.relkind = 'r' AND granted.grantee = 0
    $$, 'PUBLIC can read nothing');
SELECT is_empty($$
    SELECT relation.oid::regclass, role, privilege
      FROM pg_class AS relation
     CROSS JOIN unnest(ARRAY['btsql_reader', 'btsql_writer']) AS role
     CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS privilege
     WHERE relation.relnamespace = 'btsql'::regnamespace AND relation.relkind = 'r'
       AND has_table_privilege(role, relation.oid, privilege)
    $$, 'neither group can write a table');
SELECT set_eq($$
    SELECT function.proname::text
      FROM pg_proc AS function
     WHERE function.pronamespace = 'btsql'::regnamespace AND has_function_privilege('btsql_writer', function.oid, 'EXECUTE')
    $$, ARRAY['record_run', 'start_run', 'record_interrupted', 'new_run_id', 'epoch_milliseconds', 'add_note', 'set_tags',
                    'schema_version'],
              'what a writer can call');
SELECT set_eq($$
    SELECT function.proname::text
      FROM pg_proc AS function
     WHERE function.pronamespace = 'btsql'::regnamespace AND function.prorettype <> 'trigger'::regtype
       AND NOT has_function_privilege('btsql_reader', function.oid, 'EXECUTE')
    $$, ARRAY['record_run', 'start_run', 'record_interrupted', 'write_run', 'write_metrics', 'write_parameters', 'run_of',
              'add_note', 'set_tags',
              'delete_run', 'grant_rights'], 'what a reader cannot call');
SELECT is_empty($$
    SELECT function.oid::regprocedure
      FROM pg_proc AS function
     WHERE function.pronamespace = 'btsql'::regnamespace AND function.prosecdef
       AND NOT coalesce(function.proconfig @> ARRAY['search_path=btsql, pg_temp'], false)
    $$, 'what runs as the owner looks names up nowhere else');

-- The helpers of the fixtures and pgTAP itself, for whom the test becomes in a moment.
DO $$ BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA tap, %I TO btsql_reader, btsql_writer', pg_my_temp_schema()::regnamespace);
    GRANT ALL ON ALL TABLES IN SCHEMA pg_temp TO btsql_reader, btsql_writer;
END $$;
SELECT btsql.record_run(pg_temp.success_record());

-- Attacks as a writer.
SET LOCAL ROLE btsql_writer;
SELECT lives_ok($$ SELECT record_run(pg_temp.failure_record(jsonb_build_object(
                       'started_at', '2026-03-03T09:30:00Z', 'run_id', new_run_id('2026-03-03 09:30:00+00')))) $$,
                'a writer records a run');
SELECT lives_ok($$ SELECT set_tags('@', add => '{keep}') $$, 'a writer tags a run');
SELECT lives_ok($$ SELECT add_note('@', 'a note') $$, 'a writer notes something');
SELECT throws_ok(statement, '42501', NULL, 'a writer cannot: ' || statement)
  FROM unnest(ARRAY[
       'SELECT run_id FROM backtest_run', 'INSERT INTO backtest_run (run_id) VALUES (NULL)',
       'UPDATE backtest_run SET status = status', 'DELETE FROM backtest_run', 'TRUNCATE backtest_run CASCADE',
       'DELETE FROM performance_metrics', 'DELETE FROM run_annotation', 'DELETE FROM run_parameter',
       'SELECT * FROM list_runs()', 'SELECT delete_run(''abcd'')', 'SELECT write_parameters(NULL, NULL)',
       'ALTER TABLE backtest_run DISABLE TRIGGER ALL', 'DROP FUNCTION record_run(jsonb)',
       'SET session_replication_role = replica']) AS statement;

-- A function of the writer's own, of a name that record_run() calls, is not found by it.
CREATE FUNCTION pg_temp.check_record(record jsonb) RETURNS void LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'hijacked as %', current_user; END $$;
SELECT throws_ok($$ SELECT record_run('{}') $$, '22023', NULL, 'a writer cannot have the owner run other code');

-- Attacks as a reader.
RESET ROLE;
SET LOCAL ROLE btsql_reader;
SELECT lives_ok(statement, 'a reader can: ' || statement)
  FROM unnest(ARRAY[
       'SELECT run_id FROM backtest_run', 'SELECT * FROM list_runs(sort_by => ''sharpe_ratio'')',
       'SELECT * FROM get_run(''@'')', 'SELECT * FROM compare_runs(''@'', ''@ok'')',
       'SELECT * FROM best_runs(''sharpe_ratio'')', 'SELECT * FROM strategy_history(''sma_crossover'')',
       'SELECT * FROM find_duplicates(run_identity(''@ok''))', 'SELECT * FROM find_near_duplicates(run_identity(''@ok''))',
       'SELECT check_run(''@'')', 'SELECT * FROM check_runs()', 'SELECT * FROM count_runs()',
       'SELECT * FROM list_runs(parameters => ''{"fast_period": 10}'', tags => ''{keep}'')',
       'SELECT run_config(''@'')', 'SELECT schema_version()']) AS statement;
SELECT throws_ok(statement, '42501', NULL, 'a reader cannot: ' || statement)
  FROM unnest(ARRAY[
       'SELECT record_run(''{}'')', 'SELECT delete_run(''abcd'')', 'SELECT add_note(''@'', ''x'')',
       'SELECT set_tags(''@'', add => ''{x}'')', 'UPDATE backtest_run SET status = status', 'DELETE FROM backtest_run',
       'TRUNCATE rejected_metric', 'SELECT write_parameters(NULL, NULL)']) AS statement;

RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
