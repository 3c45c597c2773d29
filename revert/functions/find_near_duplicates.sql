-- Revert btsql:functions/find_near_duplicates from pg
BEGIN;

DROP FUNCTION btsql.find_near_duplicates(jsonb, integer);

COMMIT;
