-- Verify btsql:schemas/btsql on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_schema_privilege('btsql', 'USAGE'), 'schema btsql is missing';
END $verify$;

ROLLBACK;
