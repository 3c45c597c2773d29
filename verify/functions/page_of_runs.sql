-- Verify btsql:functions/page_of_runs on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.page_of_runs(text, text, text, integer)', 'EXECUTE'), 'btsql.page_of_runs(text, text, text, integer) cannot be called';
END $verify$;

ROLLBACK;
