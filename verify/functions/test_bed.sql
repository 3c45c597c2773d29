-- Verify btsql:functions/test_bed on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.test_bed(text, text[], timestamptz, timestamptz)', 'EXECUTE'), 'btsql.test_bed(text, text[], timestamptz, timestamptz) cannot be called';
END $verify$;

ROLLBACK;
