-- Verify btsql:settings/search_path on pg
BEGIN;

DO $verify$ BEGIN
    ASSERT NOT (SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database())
           OR EXISTS (SELECT FROM pg_db_role_setting AS stored
                       CROSS JOIN unnest(stored.setconfig) AS setting
                       WHERE stored.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
                         AND stored.setrole = 0
                         AND setting ~ '^search_path=.*\mbtsql\M'),
           'search_path of the database does not include btsql';
END $verify$;

ROLLBACK;
