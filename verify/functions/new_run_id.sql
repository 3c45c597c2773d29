-- Verify btsql:functions/new_run_id on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.new_run_id(timestamptz)', 'EXECUTE'), 'btsql.new_run_id(timestamptz) cannot be called';
END $verify$;

ROLLBACK;
