-- Revert btsql:functions/reproduction_reasons from pg
BEGIN;

DROP FUNCTION btsql.reproduction_reasons(jsonb, jsonb);

COMMIT;
