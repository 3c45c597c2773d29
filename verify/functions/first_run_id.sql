-- Verify btsql:functions/first_run_id on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.first_run_id(timestamptz)', 'EXECUTE'), 'btsql.first_run_id(timestamptz) cannot be called';
END $verify$;

ROLLBACK;
