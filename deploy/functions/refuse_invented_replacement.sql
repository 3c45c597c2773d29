-- Deploy btsql:functions/refuse_invented_replacement to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.refuse_invented_replacement()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = btsql, pg_temp
AS $function$
BEGIN
    IF NEW.replaced_interrupted_at IS NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a new row of %.% replaces none', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
              HINT = 'Leave replaced_interrupted_at out: record_run() sets it when it replaces a run called interrupted.';
END;
$function$;

COMMENT ON FUNCTION btsql.refuse_invented_replacement() IS
    'Trigger function: refuses a new run that claims to have replaced an interrupted one. Raises restrict_violation, '
    'with the trigger''s name as the constraint.';

COMMIT;
