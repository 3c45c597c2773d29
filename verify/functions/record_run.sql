-- Verify btsql:functions/record_run on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.record_run(jsonb)', 'EXECUTE'), 'btsql.record_run(jsonb) cannot be called';
END $verify$;

ROLLBACK;
