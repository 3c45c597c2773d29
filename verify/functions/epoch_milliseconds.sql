-- Verify btsql:functions/epoch_milliseconds on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.epoch_milliseconds(timestamptz)', 'EXECUTE'), 'btsql.epoch_milliseconds(timestamptz) cannot be called';
END $verify$;

ROLLBACK;
