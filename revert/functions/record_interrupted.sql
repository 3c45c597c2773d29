-- Revert btsql:functions/record_interrupted from pg
BEGIN;

DROP FUNCTION btsql.record_interrupted(uuid, text);

COMMIT;
