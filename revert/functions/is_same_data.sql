-- Revert btsql:functions/is_same_data from pg
BEGIN;

DROP FUNCTION btsql.is_same_data(jsonb, jsonb);

COMMIT;
