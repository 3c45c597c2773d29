-- Revert btsql:functions/refuse_direct_delete from pg
BEGIN;

DROP FUNCTION btsql.refuse_direct_delete();

COMMIT;
