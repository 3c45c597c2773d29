-- Revert btsql:functions/check_json from pg
BEGIN;

DROP FUNCTION btsql.check_json(jsonb, text);

COMMIT;
