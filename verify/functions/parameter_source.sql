-- Verify btsql:functions/parameter_source on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.parameter_source(jsonb, boolean)', 'EXECUTE'), 'btsql.parameter_source(jsonb, boolean) cannot be called';
END $verify$;

ROLLBACK;
