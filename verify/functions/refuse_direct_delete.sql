-- Verify btsql:functions/refuse_direct_delete on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.refuse_direct_delete()', 'EXECUTE'), 'btsql.refuse_direct_delete() cannot be called';
END $verify$;

ROLLBACK;
