-- Deploy btsql:functions/epoch_milliseconds to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.epoch_milliseconds(instant timestamptz)
RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT floor(extract(epoch FROM epoch_milliseconds.instant - timestamptz '1970-01-01 00:00:00+00') * 1000)::bigint;
END;

COMMENT ON FUNCTION btsql.epoch_milliseconds(timestamptz) IS
    'Whole milliseconds from 1970-01-01 00:00 UTC to an instant, rounded down.';

COMMIT;
