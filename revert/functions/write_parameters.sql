-- Revert btsql:functions/write_parameters from pg
BEGIN;

DROP FUNCTION btsql.write_parameters(uuid, jsonb);

COMMIT;
