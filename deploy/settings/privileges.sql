-- Deploy btsql:settings/privileges to pg
-- requires: functions/schema_version
-- requires: functions/record_run
-- requires: functions/add_note
-- requires: functions/set_tags
-- requires: functions/delete_run
-- requires: functions/compare_runs
-- requires: functions/find_closest_duplicates
-- requires: functions/find_near_duplicates
-- requires: functions/best_runs
-- requires: functions/strategy_history
-- requires: functions/check_runs
-- requires: functions/start_run
-- requires: functions/recorded_names
-- requires: functions/started_runs
-- requires: functions/record_interrupted
-- requires: functions/find_origins
-- requires: functions/find_reproductions
-- requires: functions/reproduction_verdict
BEGIN;

REVOKE ALL ON ALL TABLES IN SCHEMA btsql FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA btsql FROM PUBLIC;

-- Writers act only through these functions, which run as the owner: they cannot read, change or delete rows directly.
ALTER FUNCTION btsql.record_run(jsonb) SECURITY DEFINER;
ALTER FUNCTION btsql.start_run(jsonb, jsonb, integer) SECURITY DEFINER;
ALTER FUNCTION btsql.record_interrupted(uuid, text) SECURITY DEFINER;
ALTER FUNCTION btsql.add_note(text, text) SECURITY DEFINER;
ALTER FUNCTION btsql.set_tags(text, text[], text[]) SECURITY DEFINER;

DO $deploy$
DECLARE
    own      record;
    role     text;
    -- Readers may call everything except functions that write or that make what is written, and trigger functions.
    writing  CONSTANT text[] := '{record_run,start_run,record_interrupted,write_run,write_metrics,write_parameters,run_of,'
        'add_note,set_tags,delete_run}';
    for_both CONSTANT text[] := '{schema_version,new_run_id,epoch_milliseconds}';
BEGIN
    FOREACH role IN ARRAY ARRAY['btsql_reader', 'btsql_writer'] LOOP
        IF to_regrole(role) IS NULL THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role);
            EXCEPTION
                WHEN duplicate_object OR unique_violation THEN
                    NULL; -- roles belong to the whole server: another database's deployment was faster
            END;
        END IF;
        EXECUTE format('GRANT USAGE ON SCHEMA btsql TO %I', role);
    END LOOP;
    GRANT SELECT ON ALL TABLES IN SCHEMA btsql TO btsql_reader;
    FOR own IN
        SELECT function.oid::regprocedure AS signature, function.proname AS name
          FROM pg_proc AS function
         WHERE function.pronamespace = 'btsql'::regnamespace
           AND function.prorettype <> 'trigger'::regtype
    LOOP
        IF NOT own.name = ANY (writing) THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO btsql_reader', own.signature);
        END IF;
        IF own.name = ANY ('{record_run,start_run,record_interrupted,add_note,set_tags}' || for_both) THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO btsql_writer', own.signature);
        END IF;
    END LOOP;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'the group roles btsql_reader and btsql_writer are not created: % may not', current_user
            USING HINT = 'A role that may create roles can deploy again, or grant rights by hand.';
END;
$deploy$;

COMMIT;
