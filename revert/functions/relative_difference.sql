-- Revert btsql:functions/relative_difference from pg
BEGIN;

DROP FUNCTION btsql.relative_difference(jsonb, jsonb);

COMMIT;
