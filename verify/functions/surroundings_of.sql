-- Verify btsql:functions/surroundings_of on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.surroundings_of(jsonb)', 'EXECUTE'), 'btsql.surroundings_of(jsonb) cannot be called';
END $verify$;

ROLLBACK;
