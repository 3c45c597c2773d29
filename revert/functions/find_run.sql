-- Revert btsql:functions/find_run from pg
BEGIN;

DROP FUNCTION btsql.find_run(text);

COMMIT;
