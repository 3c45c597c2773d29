-- Revert btsql:functions/surroundings_of from pg
BEGIN;

DROP FUNCTION btsql.surroundings_of(jsonb);

COMMIT;
