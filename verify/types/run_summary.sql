-- Verify btsql:types/run_summary on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_type_privilege('btsql.run_summary', 'USAGE'), 'type btsql.run_summary is missing';
END $verify$;

ROLLBACK;
