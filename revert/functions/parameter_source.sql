-- Revert btsql:functions/parameter_source from pg
BEGIN;

DROP FUNCTION btsql.parameter_source(jsonb, text, text, text, text[], uuid, uuid, boolean, integer);

COMMIT;
