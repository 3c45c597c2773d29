-- Verify btsql:functions/start_run on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.start_run(jsonb, jsonb, integer)', 'EXECUTE'), 'btsql.start_run(jsonb, jsonb, integer) cannot be called';
END $verify$;

ROLLBACK;
