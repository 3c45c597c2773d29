-- Verify btsql:functions/find_origins on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.find_origins(text)', 'EXECUTE'), 'btsql.find_origins(text) cannot be called';
END $verify$;

ROLLBACK;
