-- Verify btsql:types/run_details on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_type_privilege('btsql.run_details', 'USAGE'), 'type btsql.run_details is missing';
END $verify$;

ROLLBACK;
