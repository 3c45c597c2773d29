-- Revert btsql:functions/refuse_update_of_final_run from pg
BEGIN;

DROP FUNCTION btsql.refuse_update_of_final_run();

COMMIT;
