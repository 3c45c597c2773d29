-- Deploy btsql:functions/run_id_of to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.run_id_of(document jsonb, key text)
RETURNS uuid
LANGUAGE plpgsql IMMUTABLE STRICT
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    value CONSTANT text := run_id_of.document ->> run_id_of.key;
BEGIN
    IF value !~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' THEN
        RAISE EXCEPTION 'key "%" of the record is not a run id: "%"', run_id_of.key, left(value, 100)
            USING ERRCODE = 'invalid_text_representation',
                  HINT = 'Give a whole id, as new_run_id() makes it.';
    END IF;
    RETURN value::uuid;
END;
$function$;

COMMENT ON FUNCTION btsql.run_id_of(jsonb, text) IS
    'The run id under a key of a record document, NULL when it is absent or null. Raises invalid_text_representation '
    'that names the key.';

COMMIT;
