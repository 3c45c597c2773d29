-- Deploy btsql:functions/add_note to pg
-- requires: triggers/run_annotation
-- requires: functions/find_run
BEGIN;

CREATE FUNCTION btsql.add_note(reference text, note text)
RETURNS uuid
LANGUAGE plpgsql VOLATILE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    found_id CONSTANT uuid := find_run(add_note.reference);
BEGIN
    IF coalesce(add_note.note, '') !~ '[^[:space:]]' THEN
        RAISE EXCEPTION 'the note for run % is empty', found_id
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Say something about the run.';
    END IF;
    -- So that it is not deleted meanwhile.
    PERFORM run.run_id FROM backtest_run AS run WHERE run.run_id = found_id FOR KEY SHARE;
    IF NOT FOUND THEN
        PERFORM find_run(found_id::text);
    END IF;
    INSERT INTO run_annotation (run_id, kind, content)
    VALUES (found_id, 'note', add_note.note);
    RETURN found_id;
END;
$function$;

COMMENT ON FUNCTION btsql.add_note(text, text) IS
    'Adds a note to a run, beside its record, and returns the run''s id. reference: see find_run and what it raises. '
    'Raises invalid_parameter_value for an empty note.';

COMMIT;
