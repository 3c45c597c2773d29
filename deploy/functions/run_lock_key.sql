-- Deploy btsql:functions/run_lock_key to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.run_lock_key(run_id uuid)
RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT ('x' || right(replace(run_lock_key.run_id::text, '-', ''), 16))::bit(64)::bigint;
END;

COMMENT ON FUNCTION btsql.run_lock_key(uuid) IS
    'The key of the advisory lock that the recording session holds while a run goes on: the last 64 bits of the run '
    'id, which are random.';

COMMIT;
