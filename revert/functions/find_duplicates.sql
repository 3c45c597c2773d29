-- Revert btsql:functions/find_duplicates from pg
BEGIN;

DROP FUNCTION btsql.find_duplicates(jsonb, integer);

COMMIT;
