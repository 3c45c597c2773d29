-- Verify btsql:functions/check_identity on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.check_identity(jsonb)', 'EXECUTE'), 'btsql.check_identity(jsonb) cannot be called';
END $verify$;

ROLLBACK;
