-- Revert btsql:functions/parameter_condition from pg
BEGIN;

DROP FUNCTION btsql.parameter_condition(text, text, jsonb);

COMMIT;
