-- Deploy btsql:functions/short_id to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.short_id(run_id uuid)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT encode(substring(uuid_send(short_id.run_id) FROM 11), 'hex');
END;

COMMENT ON FUNCTION btsql.short_id(uuid) IS
    'The last group of a run id, 12 hexadecimal digits. It is random, while the first digits of the id are a time, and '
    'nearly the same for runs that start together: so people read and type the first digits of this group (see '
    'find_run).';

COMMIT;
