-- Revert btsql:functions/check_record from pg
BEGIN;

DROP FUNCTION btsql.check_record(jsonb);

COMMIT;
