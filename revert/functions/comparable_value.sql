-- Revert btsql:functions/comparable_value from pg
BEGIN;

DROP FUNCTION btsql.comparable_value(jsonb);

COMMIT;
