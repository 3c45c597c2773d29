-- Deploy btsql:settings/search_path to pg
-- requires: schemas/btsql
BEGIN;

-- Appended, never put first: the user's own objects keep their precedence.
DO $deploy$
DECLARE
    present CONSTANT text := coalesce(
        (SELECT substring(setting FROM '^search_path=(.*)$')
           FROM pg_db_role_setting AS stored
          CROSS JOIN unnest(stored.setconfig) AS setting
          WHERE stored.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND stored.setrole = 0
            AND setting LIKE 'search_path=%'),
        -- Nothing is set for this database yet: use the server's default, unless this session has another value.
        (SELECT reset_val
           FROM pg_settings
          WHERE name = 'search_path' AND source IN ('default', 'configuration file', 'command line')));
BEGIN
    IF present IS NULL THEN
        RAISE NOTICE 'search_path of database % is left as it is: what it is by default cannot be told from here',
            current_database()
            USING HINT = 'Call the functions as btsql.list_runs(), or set it yourself with ALTER DATABASE.';
    ELSIF present !~ '(^|, *)btsql($|,)' THEN
        EXECUTE format('ALTER DATABASE %I SET search_path = %s, btsql', current_database(), present);
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'search_path of database % is left as it is: only its owner may set it', current_database()
            USING HINT = 'Call the functions as btsql.list_runs(), or SET search_path in your session.';
END;
$deploy$;

COMMIT;
