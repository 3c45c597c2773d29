-- Verify btsql:functions/record_key on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.record_key()', 'EXECUTE'), 'btsql.record_key() cannot be called';
END $verify$;

ROLLBACK;
