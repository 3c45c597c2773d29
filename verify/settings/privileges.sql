-- Verify btsql:settings/privileges on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT (SELECT bool_and(prosecdef)
              FROM pg_proc
             WHERE oid IN ('btsql.record_run(jsonb)'::regprocedure,
                           'btsql.start_run(jsonb, jsonb, integer)'::regprocedure,
                           'btsql.record_interrupted(uuid, text)'::regprocedure, 'btsql.add_note(text, text)'::regprocedure,
                           'btsql.set_tags(text, text[], text[])'::regprocedure)),
           'a recording function does not run as its owner';
    ASSERT NOT EXISTS (SELECT
                         FROM pg_proc AS function
                        CROSS JOIN aclexplode(coalesce(function.proacl, acldefault('f', function.proowner))) AS granted
                        WHERE function.pronamespace = 'btsql'::regnamespace AND granted.grantee = 0),
           'a function can be called by PUBLIC';
    -- It may have been created after the schema, for another database: then it has no rights here yet.
    ASSERT to_regrole('btsql_writer') IS NULL
           OR NOT has_schema_privilege('btsql_writer', 'btsql', 'USAGE')
           OR (has_function_privilege('btsql_writer', 'btsql.record_run(jsonb)', 'EXECUTE')
               AND NOT has_table_privilege('btsql_writer', 'btsql.backtest_run', 'INSERT, UPDATE, DELETE, TRUNCATE')),
           'btsql_writer has too few or too many rights';
END $verify$;

ROLLBACK;
