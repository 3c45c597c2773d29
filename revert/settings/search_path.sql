-- Revert btsql:settings/search_path from pg
BEGIN;

DO $revert$
DECLARE
    present CONSTANT text :=
        (SELECT substring(setting FROM '^search_path=(.*)$')
           FROM pg_db_role_setting AS stored
          CROSS JOIN unnest(stored.setconfig) AS setting
          WHERE stored.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND stored.setrole = 0
            AND setting LIKE 'search_path=%');
    rest    CONSTANT text := regexp_replace(present, ', *btsql($|,)', '\1');
BEGIN
    IF rest = '"$user", public' THEN
        EXECUTE format('ALTER DATABASE %I RESET search_path', current_database());
    ELSIF rest <> present THEN
        EXECUTE format('ALTER DATABASE %I SET search_path = %s', current_database(), rest);
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'search_path of database % is left as it is: only its owner may set it', current_database();
END;
$revert$;

COMMIT;
