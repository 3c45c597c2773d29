-- Verify btsql:functions/find_reproductions on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.find_reproductions(text, integer)', 'EXECUTE'), 'btsql.find_reproductions(text, integer) cannot be called';
END $verify$;

ROLLBACK;
