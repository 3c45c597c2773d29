-- Verify btsql:functions/short_id on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.short_id(uuid)', 'EXECUTE'), 'btsql.short_id(uuid) cannot be called';
END $verify$;

ROLLBACK;
