-- Deploy btsql:functions/grant_rights to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.grant_rights()
RETURNS text[]
LANGUAGE plpgsql VOLATILE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    groups   text[] := ARRAY[]::text[];
    role     text;
    own      record;
    -- Writers may call what records; readers everything that does not write or make what is written, no trigger functions.
    recorded CONSTANT text[] := ARRAY['record_run', 'start_run', 'record_interrupted', 'add_note', 'set_tags'];
    writing  CONSTANT text[] := recorded || ARRAY[
        'write_run', 'write_metrics', 'write_parameters', 'run_of', 'delete_run', 'grant_rights'];
    for_both CONSTANT text[] := ARRAY['schema_version', 'new_run_id', 'epoch_milliseconds'];
BEGIN
    -- Two that grant the same at once fail.
    PERFORM pg_advisory_xact_lock(hashtextextended('btsql.grant_rights', 0));
    FOREACH role IN ARRAY ARRAY['btsql_reader', 'btsql_writer'] LOOP
        IF to_regrole(role) IS NULL THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role);
            EXCEPTION
                WHEN duplicate_object OR unique_violation THEN
                    NULL; -- roles belong to the whole server: another database's deployment was faster
                WHEN insufficient_privilege THEN
                    RAISE NOTICE 'the group role % is not created: % may not', role, current_user
                        USING HINT = format('Have somebody CREATE ROLE %s NOLOGIN, and run btsql init again, or SELECT '
                                            'btsql.grant_rights().', role);
                    CONTINUE;
            END;
        END IF;
        EXECUTE format('GRANT USAGE ON SCHEMA btsql TO %I', role);
        groups := groups || role;
    END LOOP;
    IF 'btsql_reader' = ANY (groups) THEN
        GRANT SELECT ON ALL TABLES IN SCHEMA btsql TO btsql_reader;
    END IF;
    FOR own IN
        SELECT wanted.role, function.oid::regprocedure AS signature
          FROM pg_proc AS function
          JOIN unnest(groups) AS wanted (role)
            ON CASE wanted.role WHEN 'btsql_reader' THEN NOT function.proname = ANY (writing)
                                ELSE function.proname = ANY (recorded || for_both) END
         WHERE function.pronamespace = 'btsql'::regnamespace
           AND function.prorettype <> 'trigger'::regtype
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', own.signature, own.role);
    END LOOP;
    RETURN groups;
END;
$function$;

COMMENT ON FUNCTION btsql.grant_rights() IS
    'Creates the group roles btsql_reader and btsql_writer where they are missing and the caller may create roles, and '
    'grants them their rights in this schema, which is harmless where they have them. For the owner: deploying calls '
    'it, and so does btsql init, for groups that were created since. Returns the names of the groups that have their '
    'rights now; a notice says which is missing.';

COMMIT;
