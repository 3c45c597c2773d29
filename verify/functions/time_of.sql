-- Verify btsql:functions/time_of on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.time_of(jsonb, text)', 'EXECUTE'), 'btsql.time_of(jsonb, text) cannot be called';
END $verify$;

ROLLBACK;
