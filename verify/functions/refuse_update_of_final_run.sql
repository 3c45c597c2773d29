-- Verify btsql:functions/refuse_update_of_final_run on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.refuse_update_of_final_run()', 'EXECUTE'), 'btsql.refuse_update_of_final_run() cannot be called';
END $verify$;

ROLLBACK;
