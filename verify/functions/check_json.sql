-- Verify btsql:functions/check_json on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.check_json(jsonb, text)', 'EXECUTE'), 'btsql.check_json(jsonb, text) cannot be called';
END $verify$;

ROLLBACK;
