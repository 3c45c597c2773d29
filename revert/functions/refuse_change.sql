-- Revert btsql:functions/refuse_change from pg
BEGIN;

DROP FUNCTION btsql.refuse_change();

COMMIT;
