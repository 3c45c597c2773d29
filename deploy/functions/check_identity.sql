-- Deploy btsql:functions/check_identity to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.check_identity(config jsonb)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    wrong CONSTANT text := (
        SELECT needed.key
          FROM (VALUES ('strategy_path', 'string'), ('parameters', 'object'), ('instruments', 'array'),
                       ('data_start', 'string'), ('data_end', 'string')) AS needed (key, type)
         WHERE jsonb_typeof(check_identity.config -> needed.key) IS DISTINCT FROM needed.type
         LIMIT 1);
BEGIN
    IF wrong IS NOT NULL OR check_identity.config IS NULL THEN
        RAISE EXCEPTION 'key "%" of the configuration is missing or of a wrong type', coalesce(wrong, 'strategy_path')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give strategy_path, parameters, instruments, data_start and data_end as a record has them, or '
                         'run_identity(''@'') for those of a recorded run. A run without recorded dates cannot be '
                         'compared.';
    END IF;
END;
$function$;

COMMENT ON FUNCTION btsql.check_identity(jsonb) IS
    'Raises invalid_parameter_value unless the document has all keys that identify a configuration and its data.';

COMMIT;
