-- Revert btsql:functions/delete_run from pg
BEGIN;

DROP FUNCTION btsql.delete_run(text);

COMMIT;
