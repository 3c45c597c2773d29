-- Deploy btsql:functions/check_keys to pg
-- requires: functions/record_key
BEGIN;

CREATE FUNCTION btsql.check_keys(document jsonb, part text, status text)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    fault record;
BEGIN
    SELECT coalesce(known.key, given.key) AS key,
           known.key IS NULL AS is_unknown,
           given.key IS NULL AS is_missing,
           jsonb_typeof(given.value) AS given_type,
           known.types
      INTO fault
      FROM (SELECT defined.key, defined.types, check_keys.status = ANY (defined.required_for) AS is_required
              FROM record_key() AS defined
             WHERE defined.part = check_keys.part) AS known
      FULL JOIN jsonb_each(check_keys.document) AS given ON given.key = known.key
     WHERE known.key IS NULL
        OR (given.key IS NULL AND known.is_required)
        OR (given.value = 'null' AND known.is_required)
        OR (given.value <> 'null' AND NOT jsonb_typeof(given.value) = ANY (known.types))
     ORDER BY known.key IS NOT NULL, given.key IS NOT NULL, 1
     LIMIT 1;

    IF NOT FOUND THEN
        RETURN;
    ELSIF fault.is_unknown THEN
        RAISE EXCEPTION 'unknown key "%" in the %', fault.key, check_keys.part
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Known keys: ' || (SELECT string_agg(defined.key, ', ')
                                              FROM record_key() AS defined
                                             WHERE defined.part = check_keys.part) || '.';
    ELSIF fault.is_missing THEN
        RAISE EXCEPTION 'missing key "%" in the % of a run with status %', fault.key, check_keys.part, check_keys.status
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = format('Give it as a JSON %s.', array_to_string(fault.types, ' or '));
    ELSE
        RAISE EXCEPTION 'key "%" of the % must be a JSON %, not %',
            fault.key, check_keys.part, array_to_string(fault.types, ' or '), fault.given_type
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
END;
$function$;

COMMENT ON FUNCTION btsql.check_keys(jsonb, text, text) IS
    'Checks one part of a record document (record or error) against record_key(). Raises invalid_parameter_value that '
    'names the key when one is unknown, missing for this status, or of a wrong JSON type.';

COMMIT;
