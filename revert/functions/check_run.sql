-- Revert btsql:functions/check_run from pg
BEGIN;

DROP FUNCTION btsql.check_run(text);

COMMIT;
