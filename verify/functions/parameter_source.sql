-- Verify btsql:functions/parameter_source on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.parameter_source(jsonb, text, text, text, text[], uuid, uuid, boolean, integer)', 'EXECUTE'), 'btsql.parameter_source(jsonb, text, text, text, text[], uuid, uuid, boolean, integer) cannot be called';
END $verify$;

ROLLBACK;
