-- Revert btsql:functions/criteria_of from pg
BEGIN;

DROP FUNCTION btsql.criteria_of(jsonb);

COMMIT;
