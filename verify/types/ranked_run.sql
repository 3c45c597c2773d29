-- Verify btsql:types/ranked_run on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT has_type_privilege('btsql.ranked_run', 'USAGE'), 'type btsql.ranked_run is missing';
END $verify$;

ROLLBACK;
