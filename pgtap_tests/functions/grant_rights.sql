-- Tests of functions/grant_rights. What the groups can do with their rights: settings/privileges.sql.
BEGIN;
\ir ../fixtures.psql
SELECT plan(16);

SELECT has_function('btsql', 'grant_rights', '{}'::name[]);
SELECT function_returns('btsql', 'grant_rights', '{}'::name[], 'text[]');
SELECT function_lang_is('btsql', 'grant_rights', '{}'::name[], 'plpgsql');
SELECT volatility_is('btsql', 'grant_rights', '{}'::name[], 'volatile');

SELECT is(btsql.grant_rights(), '{btsql_reader,btsql_writer}', 'both groups have their rights, also when they had them');

-- As in a database whose groups were created after its schema, for another one.
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['btsql_reader', 'btsql_writer'] LOOP
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA btsql FROM %I', role);
        EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA btsql FROM %I', role);
        EXECUTE format('REVOKE ALL ON SCHEMA btsql FROM %I', role);
    END LOOP;
END;
$$;
SELECT ok(NOT has_schema_privilege(role, 'btsql', 'USAGE'), role || ' has no rights')
  FROM unnest(ARRAY['btsql_reader', 'btsql_writer']) AS role;
SELECT is(btsql.grant_rights(), '{btsql_reader,btsql_writer}', 'it gives them back');
SELECT ok(has_schema_privilege(role, 'btsql', 'USAGE'), role || ' may use the schema')
  FROM unnest(ARRAY['btsql_reader', 'btsql_writer']) AS role;
SELECT ok(has_table_privilege('btsql_reader', 'btsql.backtest_run', 'SELECT'), 'a reader may read');
SELECT ok(has_function_privilege('btsql_writer', 'btsql.record_run(jsonb)', 'EXECUTE'), 'a writer may record');
SELECT ok(NOT has_function_privilege(role, 'btsql.grant_rights()', 'EXECUTE'), role || ' may not grant')
  FROM unnest(ARRAY['btsql_reader', 'btsql_writer']) AS role;

-- An owner of the schema who may create no roles, on a server that lacks one of the groups.
CREATE ROLE btsql_test_owner NOLOGIN NOCREATEROLE;
DO $$
DECLARE
    own record;
BEGIN
    EXECUTE format('GRANT CREATE ON DATABASE %I TO btsql_test_owner', current_database());
    ALTER SCHEMA btsql OWNER TO btsql_test_owner;
    FOR own IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = 'btsql'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO btsql_test_owner', own.name);
    END LOOP;
    FOR own IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'btsql'::regnamespace LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO btsql_test_owner', own.name);
    END LOOP;
END $$;
ALTER ROLE btsql_writer RENAME TO btsql_test_former_writer;
SET LOCAL ROLE btsql_test_owner;
SELECT btsql.grant_rights() AS without_writer \gset
RESET ROLE;
SELECT is(:'without_writer'::text[], '{btsql_reader}', 'the group that is there has its rights, the other is not created');
ALTER ROLE btsql_test_former_writer RENAME TO btsql_writer;
SET LOCAL ROLE btsql_test_owner;
SELECT btsql.grant_rights() AS with_writer \gset
RESET ROLE;
SELECT is(:'with_writer'::text[], '{btsql_reader,btsql_writer}', 'and has them once it is');

SELECT * FROM finish();
ROLLBACK;
