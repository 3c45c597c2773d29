-- Revert btsql:functions/test_bed from pg
BEGIN;

DROP FUNCTION btsql.test_bed(text, text[], timestamptz, timestamptz);

COMMIT;
