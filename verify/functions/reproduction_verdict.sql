-- Verify btsql:functions/reproduction_verdict on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.reproduction_verdict(text, text)', 'EXECUTE'), 'btsql.reproduction_verdict(text, text) cannot be called';
END $verify$;

ROLLBACK;
