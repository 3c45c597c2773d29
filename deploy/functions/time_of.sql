-- Deploy btsql:functions/time_of to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.time_of(document jsonb, key text)
RETURNS timestamptz
LANGUAGE plpgsql STABLE STRICT
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    value CONSTANT text := time_of.document ->> time_of.key;
BEGIN
    IF value !~ ('^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?'
                 '(Z|[+-][0-9]{2}(:?[0-9]{2})?)$') THEN
        RAISE EXCEPTION 'key "%" of the record is not a time: "%"', time_of.key, left(value, 100)
            USING ERRCODE = 'invalid_datetime_format',
                  HINT = 'Give ISO 8601 with the offset from UTC, as 2024-01-31T15:04:05.123456Z.';
    END IF;
    RETURN value::timestamptz;
EXCEPTION
    WHEN datetime_field_overflow OR invalid_time_zone_displacement_value THEN
        RAISE EXCEPTION 'key "%" of the record is not a time: "%"', time_of.key, left(value, 100)
            USING ERRCODE = 'datetime_field_overflow',
                  HINT = 'There is no such date, time or offset, or it is out of range.';
END;
$function$;

COMMENT ON FUNCTION btsql.time_of(jsonb, text) IS
    'The instant under a key of a record document, NULL when it is absent or null. Raises invalid_datetime_format or '
    'datetime_field_overflow that names the key; a time without its offset from UTC is refused.';

COMMIT;
