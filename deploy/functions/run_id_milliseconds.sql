-- Deploy btsql:functions/run_id_milliseconds to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.run_id_milliseconds(run_id uuid)
RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT ('x' || encode(substring(uuid_send(run_id_milliseconds.run_id) FROM 1 FOR 6), 'hex'))::bit(48)::bigint;
END;

COMMENT ON FUNCTION btsql.run_id_milliseconds(uuid) IS
    'The time that a run id carries in its first 48 bits: milliseconds since 1970-01-01 00:00 UTC (UUID version 7, '
    'RFC 9562).';

COMMIT;
