-- Deploy btsql:functions/test_bed to pg
-- requires: functions/epoch_milliseconds
BEGIN;

CREATE FUNCTION btsql.test_bed(strategy_path text, instruments text[], data_start timestamptz, data_end timestamptz)
RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    -- Not md5(), which a server that keeps to FIPS does not have.
    SELECT encode(substring(sha256(convert_to(concat_ws(
        chr(31), test_bed.strategy_path, btsql.epoch_milliseconds(test_bed.data_start)::text,
        btsql.epoch_milliseconds(test_bed.data_end)::text,
        (SELECT string_agg(DISTINCT instrument, chr(31) ORDER BY instrument)
           FROM unnest(test_bed.instruments COLLATE "C") AS instrument)), 'UTF8')) FROM 1 FOR 16), 'hex')::uuid;
END;

COMMENT ON FUNCTION btsql.test_bed(text, text[], timestamptz, timestamptz) IS
    'A short key for what parameters are tested on: strategy, instruments in any order, and dates to the millisecond. '
    'Equal inputs have equal keys. It is for an index only: compare the full values after the lookup.';

COMMIT;
