-- Revert btsql:functions/parameter_source from pg
BEGIN;

DROP FUNCTION btsql.parameter_source(jsonb, boolean);

COMMIT;
