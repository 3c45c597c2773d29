-- Verify btsql:functions/current_tags on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.current_tags(uuid)', 'EXECUTE'), 'btsql.current_tags(uuid) cannot be called';
END $verify$;

ROLLBACK;
