-- Verify btsql:functions/refuse_change on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.refuse_change()', 'EXECUTE'), 'btsql.refuse_change() cannot be called';
END $verify$;

ROLLBACK;
