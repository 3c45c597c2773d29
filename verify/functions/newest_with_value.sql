-- Verify btsql:functions/newest_with_value on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.newest_with_value(jsonb, uuid, integer)', 'EXECUTE'), 'btsql.newest_with_value(jsonb, uuid, integer) cannot be called';
END $verify$;

ROLLBACK;
