-- Verify btsql:functions/find_closest_duplicates on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.find_closest_duplicates(jsonb, integer)', 'EXECUTE'), 'btsql.find_closest_duplicates(jsonb, integer) cannot be called';
END $verify$;

ROLLBACK;
