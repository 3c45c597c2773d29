-- Verify btsql:functions/check_metric on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.check_metric(text)', 'EXECUTE'), 'btsql.check_metric(text) cannot be called';
END $verify$;

ROLLBACK;
