-- Verify btsql:functions/changed_runs on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_function_privilege('btsql.changed_runs(uuid, uuid)', 'EXECUTE'), 'btsql.changed_runs(uuid, uuid) cannot be called';
END $verify$;

ROLLBACK;
