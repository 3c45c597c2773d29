-- Revert btsql:functions/find_origins from pg
BEGIN;

DROP FUNCTION btsql.find_origins(text);

COMMIT;
