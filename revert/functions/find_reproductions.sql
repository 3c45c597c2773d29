-- Revert btsql:functions/find_reproductions from pg
BEGIN;

DROP FUNCTION btsql.find_reproductions(text, integer);

COMMIT;
