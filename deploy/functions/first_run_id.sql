-- Deploy btsql:functions/first_run_id to pg
-- requires: functions/epoch_milliseconds
BEGIN;

CREATE FUNCTION btsql.first_run_id(started_at timestamptz)
RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    -- 48 bits of milliseconds reach to the year 10889; later and infinite times are beyond them.
    SELECT CASE
        WHEN first_run_id.started_at <= '1970-01-01 00:00:00+00' THEN '00000000-0000-0000-0000-000000000000'
        WHEN first_run_id.started_at >= '10889-08-02 05:31:50.655+00' THEN 'ffffffff-ffff-0000-0000-000000000000'
        ELSE rpad(lpad(to_hex(btsql.epoch_milliseconds(first_run_id.started_at)), 12, '0'), 32, '0')
    END::uuid;
END;

COMMENT ON FUNCTION btsql.first_run_id(timestamptz) IS
    'A lower bound of every run id of this millisecond and later. With it, a range of start times becomes a range of '
    'ids.';

COMMIT;
