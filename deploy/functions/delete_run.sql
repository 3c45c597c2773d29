-- Deploy btsql:functions/delete_run to pg
-- requires: functions/find_run
BEGIN;

CREATE FUNCTION btsql.delete_run(reference text)
RETURNS uuid
LANGUAGE plpgsql VOLATILE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    found_id uuid;
BEGIN
    -- What @ means changes with the next run that is recorded; a deletion has to name its run.
    IF delete_run.reference ~ '@' THEN
        RAISE EXCEPTION 'delete_run() takes an id, not "%"', left(delete_run.reference, 100)
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Look the id up with find_run() first.';
    END IF;
    LOOP
        found_id := find_run(delete_run.reference);
        DELETE FROM backtest_run AS run
         WHERE run.run_id = found_id;
        EXIT WHEN FOUND; -- else another session has deleted it meanwhile
    END LOOP;
    RETURN found_id;
END;
$function$;

COMMENT ON FUNCTION btsql.delete_run(text) IS
    'Deletes one run with everything that belongs to it and returns its id. Runs that reproduce it keep its id as their '
    'origin. reference: an id or an abbreviation, never @. Raises invalid_parameter_value and what find_run raises.';

COMMIT;
