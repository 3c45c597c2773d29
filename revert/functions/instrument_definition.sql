-- Revert btsql:functions/instrument_definition from pg
BEGIN;

DROP FUNCTION btsql.instrument_definition(jsonb);

COMMIT;
