-- Revert btsql:functions/check_keys from pg
BEGIN;

DROP FUNCTION btsql.check_keys(jsonb, text, text);

COMMIT;
