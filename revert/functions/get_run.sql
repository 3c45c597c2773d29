-- Revert btsql:functions/get_run from pg
BEGIN;

DROP FUNCTION btsql.get_run(text);

COMMIT;
