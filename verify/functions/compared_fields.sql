-- Verify btsql:functions/compared_fields on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.compared_fields(text[])', 'EXECUTE'), 'btsql.compared_fields(text[]) cannot be called';
END $verify$;

ROLLBACK;
