-- Verify btsql:functions/check_sort_key on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.check_sort_key(text)', 'EXECUTE'), 'btsql.check_sort_key(text) cannot be called';
END $verify$;

ROLLBACK;
