-- Deploy btsql:functions/new_run_id to pg
-- requires: functions/epoch_milliseconds
BEGIN;

-- gen_random_uuid() has set the variant and version 4 (0100); two more bits make that version 7 (0111).
CREATE FUNCTION btsql.new_run_id(started_at timestamptz DEFAULT clock_timestamp())
RETURNS uuid
LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE
SET search_path = btsql, pg_temp
AS $function$
BEGIN
    IF new_run_id.started_at < '1970-01-01 00:00:00+00' OR new_run_id.started_at >= '9999-01-01 00:00:00+00' THEN
        RAISE EXCEPTION 'started_at is %, not of the years 1970 to 9998', new_run_id.started_at
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the time at which the execution began.';
    END IF;
    RETURN encode(
        set_bit(set_bit(
            overlay(uuid_send(gen_random_uuid())
                    PLACING substring(int8send(epoch_milliseconds(new_run_id.started_at)) FROM 3)
                    FROM 1 FOR 6),
            52, 1), 53, 1),
        'hex')::uuid;
END;
$function$;

COMMENT ON FUNCTION btsql.new_run_id(timestamptz) IS
    'A new run id: UUID version 7 (RFC 9562) whose milliseconds are those of started_at and whose other 74 bits are '
    'random. Ids sort by start. Raises invalid_parameter_value for a year outside 1970 to 9998.';

COMMIT;
