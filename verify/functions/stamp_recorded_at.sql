-- Verify btsql:functions/stamp_recorded_at on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.stamp_recorded_at()', 'EXECUTE'), 'btsql.stamp_recorded_at() cannot be called';
END $verify$;

ROLLBACK;
