-- Verify btsql:functions/list_runs on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.list_runs(text, text, text, text, timestamptz, timestamptz, integer)', 'EXECUTE'), 'btsql.list_runs(text, text, text, text, timestamptz, timestamptz, integer) cannot be called';
END $verify$;

ROLLBACK;
