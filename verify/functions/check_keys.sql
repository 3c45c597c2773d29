-- Verify btsql:functions/check_keys on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.check_keys(jsonb, text, text)', 'EXECUTE'), 'btsql.check_keys(jsonb, text, text) cannot be called';
END $verify$;

ROLLBACK;
