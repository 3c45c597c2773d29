-- Revert btsql:functions/record_key from pg
BEGIN;

DROP FUNCTION btsql.record_key();

COMMIT;
