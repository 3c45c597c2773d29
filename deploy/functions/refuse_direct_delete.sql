-- Deploy btsql:functions/refuse_direct_delete to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.refuse_direct_delete()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = btsql, pg_temp
AS $function$
BEGIN
    -- A cascade runs inside the trigger of its foreign key, a DELETE that names this table does not.
    IF pg_trigger_depth() > 1 THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'DELETE from %.% is refused: these rows go only with their run', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
              HINT = 'Delete the whole run instead.';
END;
$function$;

COMMENT ON FUNCTION btsql.refuse_direct_delete() IS
    'Trigger function: child rows can only be deleted together with their run, by the cascade. Raises '
    'restrict_violation, with the trigger''s name as the constraint.';

COMMIT;
