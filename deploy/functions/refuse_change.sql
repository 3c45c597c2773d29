-- Deploy btsql:functions/refuse_change to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.refuse_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = btsql, pg_temp
AS $function$
BEGIN
    RAISE EXCEPTION '% of %.% is refused: what is recorded is never changed', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
              HINT = 'Record a new run instead; a whole run may be deleted.';
END;
$function$;

COMMENT ON FUNCTION btsql.refuse_change() IS
    'Trigger function: refuses the statement. Raises restrict_violation, with the trigger''s name as the constraint.';

COMMIT;
