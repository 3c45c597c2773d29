-- Verify btsql:functions/criteria_of on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.criteria_of(jsonb)', 'EXECUTE'), 'btsql.criteria_of(jsonb) cannot be called';
END $verify$;

ROLLBACK;
