-- Revert btsql:settings/privileges from pg
BEGIN;

ALTER FUNCTION btsql.record_run(jsonb) SECURITY INVOKER;
ALTER FUNCTION btsql.start_run(jsonb, jsonb, integer) SECURITY INVOKER;
ALTER FUNCTION btsql.record_interrupted(uuid, text) SECURITY INVOKER;
ALTER FUNCTION btsql.add_note(text, text) SECURITY INVOKER;
ALTER FUNCTION btsql.set_tags(text, text[], text[]) SECURITY INVOKER;

-- The roles may have members and rights elsewhere: they stay.
DO $revert$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['btsql_reader', 'btsql_writer'] LOOP
        IF to_regrole(role) IS NOT NULL THEN
            EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA btsql FROM %I', role);
            EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA btsql FROM %I', role);
            EXECUTE format('REVOKE ALL ON SCHEMA btsql FROM %I', role);
        END IF;
    END LOOP;
END;
$revert$;

COMMIT;
