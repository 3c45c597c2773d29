-- Verify btsql:types/history_run on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_type_privilege('btsql.history_run', 'USAGE'), 'type btsql.history_run is missing';
END $verify$;

ROLLBACK;
