-- Deploy btsql:functions/refuse_update_of_final_run to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.refuse_update_of_final_run()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = btsql, pg_temp
AS $function$
BEGIN
    -- started_at may change within the millisecond that the id holds: the final record may have a more exact time.
    IF OLD.status = 'interrupted'
       AND OLD.error_type = 'process_gone'
       AND NEW.error_type IS DISTINCT FROM 'process_gone'
       AND NEW.run_id = OLD.run_id
       AND NEW.replaced_interrupted_at IS NOT DISTINCT FROM OLD.recorded_at THEN
        NEW.recorded_at := transaction_timestamp();
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'UPDATE of %.% is refused: what is recorded is never changed', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
              HINT = 'Record a new run instead; a whole run may be deleted.';
END;
$function$;

COMMENT ON FUNCTION btsql.refuse_update_of_final_run() IS
    'Trigger function: a run is never updated, with one exception that record_run() uses: a run that was recorded as '
    'interrupted because its process was gone is replaced by its own final record, and the row then says when the '
    'replaced one had been recorded. Raises restrict_violation, with the trigger''s name as the constraint.';

COMMIT;
