-- Revert btsql:functions/json_differences from pg
BEGIN;

DROP FUNCTION btsql.json_differences(jsonb, jsonb);

COMMIT;
