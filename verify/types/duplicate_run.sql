-- Verify btsql:types/duplicate_run on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_type_privilege('btsql.duplicate_run', 'USAGE'), 'type btsql.duplicate_run is missing';
END $verify$;

ROLLBACK;
