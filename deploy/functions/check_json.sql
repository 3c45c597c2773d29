-- Deploy btsql:functions/check_json to pg
-- requires: schemas/btsql
BEGIN;

-- More digits and more levels than these PostgreSQL stores, and Python, for one, does not read back.
CREATE FUNCTION btsql.check_json(document jsonb, name text)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    fault CONSTANT text := CASE
        WHEN jsonb_path_exists(check_json.document, 'strict $.**{200}', silent => true)
            THEN 'is nested more than 200 levels deep'
        WHEN jsonb_path_exists(
                 check_json.document,
                 'strict $.** ? (@.type() == "number" && (@ >= 1e4300 || @ <= -1e4300))', silent => true)
            THEN 'has a number of more than 4,300 digits'
        END;
BEGIN
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION '% %', check_json.name, fault
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give it as a text.';
    END IF;
END;
$function$;

COMMENT ON FUNCTION btsql.check_json(jsonb, text) IS
    'Raises invalid_parameter_value, which begins with name, unless what reads JSON elsewhere can read the document: no more '
    'than 200 levels, of which a scalar is one, and no number of more than 4,300 digits.';

COMMIT;
