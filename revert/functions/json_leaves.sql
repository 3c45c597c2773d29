-- Revert btsql:functions/json_leaves from pg
BEGIN;

DROP FUNCTION btsql.json_leaves(jsonb);

COMMIT;
