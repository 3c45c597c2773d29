-- Verify btsql:functions/check_limit on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.check_limit(integer)', 'EXECUTE'), 'btsql.check_limit(integer) cannot be called';
END $verify$;

ROLLBACK;
