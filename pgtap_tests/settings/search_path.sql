-- Tests of settings/search_path
BEGIN;
\ir ../fixtures.psql
SELECT plan(3);

CREATE TEMPORARY VIEW database_path AS
SELECT substring(setting FROM '^search_path=(.*)$') AS path
  FROM pg_db_role_setting AS stored
 CROSS JOIN unnest(stored.setconfig) AS setting
 WHERE stored.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND stored.setrole = 0
   AND setting LIKE 'search_path=%';

SELECT matches((SELECT path FROM database_path), '(^|, *)btsql$', 'btsql is in the search_path of the database, last');
SELECT doesnt_match((SELECT path FROM database_path), 'btsql.*btsql', 'and only once');
SELECT doesnt_match((SELECT path FROM database_path), '^ *btsql', 'an object of the user''s own keeps its precedence');

SELECT * FROM finish();
ROLLBACK;
