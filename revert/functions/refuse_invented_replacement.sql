-- Revert btsql:functions/refuse_invented_replacement from pg
BEGIN;

DROP FUNCTION btsql.refuse_invented_replacement();

COMMIT;
