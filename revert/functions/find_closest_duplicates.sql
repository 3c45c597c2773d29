-- Revert btsql:functions/find_closest_duplicates from pg
BEGIN;

DROP FUNCTION btsql.find_closest_duplicates(jsonb, integer);

COMMIT;
