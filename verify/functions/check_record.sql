-- Verify btsql:functions/check_record on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.check_record(jsonb)', 'EXECUTE'), 'btsql.check_record(jsonb) cannot be called';
END $verify$;

ROLLBACK;
