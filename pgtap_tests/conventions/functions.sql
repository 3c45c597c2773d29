-- House rules for functions: what touches a table is plpgsql with its search_path pinned; the rest binds its names when
-- it is created.
BEGIN;
\ir ../fixtures.psql
SELECT plan(3);

-- A body without comments and texts, so that words in them are no statements.
CREATE TEMPORARY VIEW function AS
SELECT pg_proc.oid, proname::text AS name, lanname AS language, prosqlbody, proconfig, prosecdef, proparallel, provolatile,
       prorettype = 'trigger'::regtype AS is_trigger,
       regexp_replace(regexp_replace(coalesce(nullif(prosrc, ''), pg_get_functiondef(pg_proc.oid)), '--[^\n]*', '', 'g'),
                      '''[^'']*''', '''''', 'g') AS body
  FROM pg_proc
  JOIN pg_language ON pg_language.oid = prolang
 WHERE pronamespace = 'btsql'::regnamespace AND prokind <> 'a';

CREATE TEMPORARY VIEW fault AS
SELECT name, 'is neither sql nor plpgsql' AS what
  FROM function
 WHERE language NOT IN ('sql', 'plpgsql')
 UNION ALL
SELECT name, 'is plpgsql without a pinned search_path'
  FROM function
 WHERE language = 'plpgsql' AND NOT coalesce('search_path=btsql, pg_temp' = ANY (proconfig), false)
 UNION ALL
SELECT name, 'is SECURITY DEFINER without a pinned search_path'
  FROM function
 WHERE prosecdef AND NOT coalesce('search_path=btsql, pg_temp' = ANY (proconfig), false)
 UNION ALL
SELECT name, 'is sql without BEGIN ATOMIC'
  FROM function
 WHERE language = 'sql' AND prosqlbody IS NULL
 UNION ALL
SELECT name, 'is sql and touches ' || relname
  FROM function
  JOIN pg_depend ON classid = 'pg_proc'::regclass AND objid = function.oid AND refclassid = 'pg_class'::regclass
  JOIN pg_class ON pg_class.oid = refobjid
 WHERE language = 'sql'
 UNION ALL
SELECT name, 'has WITH RECURSIVE'
  FROM function
 WHERE body ~* '\mWITH\s+RECURSIVE\M'
 UNION ALL
SELECT name, 'uses md5(), which a server that keeps to FIPS does not have'
  FROM function
 WHERE body ~* '\mmd5\M'
 UNION ALL
-- Texts are read when the function is first called in a session, by the session's setting.
SELECT proname::text, 'has a backslash, which standard_conforming_strings = off takes for an escape'
  FROM pg_proc
 WHERE pronamespace = 'btsql'::regnamespace AND prosqlbody IS NULL
   AND strpos(regexp_replace(prosrc, 'E''[^'']*''', '', 'g'), E'\\') > 0
 UNION ALL
SELECT name, 'notifies'
  FROM function
 WHERE body ~* '\m(NOTIFY|pg_notify)\M'
 UNION ALL
SELECT name, 'has SELECT *'
  FROM function
 WHERE body ~* '\mSELECT\s+(\w+\.)?\*'
 UNION ALL
SELECT name, 'is a trigger function that does more than look at OLD and NEW'
  FROM function
 WHERE is_trigger AND body ~* '\m(SELECT|INSERT|UPDATE|DELETE|MERGE|PERFORM|EXECUTE)\M'
 UNION ALL
SELECT name, 'is PARALLEL SAFE and can do what a parallel worker cannot'
  FROM function
 WHERE proparallel = 's' AND language <> 'sql'
   AND (body ~* '\mEXCEPTION\s+WHEN\M' OR body ~* '\m(INSERT|UPDATE|DELETE|EXECUTE)\M')
 UNION ALL
SELECT name, 'has an argument without a name'
  FROM function
  JOIN pg_proc USING (oid)
 WHERE pronargs > 0 AND (proargnames IS NULL OR '' = ANY (proargnames));

SELECT cmp_ok((SELECT count(*) FROM function), '>', 20::bigint, 'there are functions to look at');
SELECT is_empty('SELECT name, what FROM fault', 'every function keeps the rules');

-- The rules see what breaks them.
CREATE FUNCTION btsql.open_path() RETURNS void LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION btsql.other_path() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = btsql AS 'BEGIN END';
CREATE FUNCTION btsql.late_names() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION btsql.reads_table() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM btsql.backtest_run; END;
CREATE FUNCTION btsql.recursive() RETURNS integer LANGUAGE plpgsql SET search_path = btsql, pg_temp
    AS 'BEGIN RETURN (WITH RECURSIVE r AS (SELECT 1 AS n) SELECT n FROM r); END';
CREATE FUNCTION btsql.notifier() RETURNS trigger LANGUAGE plpgsql SET search_path = btsql, pg_temp
    AS 'BEGIN PERFORM pg_notify(''x'', ''y''); RETURN NEW; END';
CREATE FUNCTION btsql.star(integer) RETURNS btsql.backtest_run LANGUAGE plpgsql SET search_path = btsql, pg_temp
    AS 'BEGIN RETURN (SELECT r FROM (SELECT * FROM backtest_run) AS r); END';
CREATE FUNCTION btsql.unsafe() RETURNS void LANGUAGE plpgsql PARALLEL SAFE SET search_path = btsql, pg_temp
    AS 'BEGIN EXCEPTION WHEN OTHERS THEN NULL; END';
CREATE FUNCTION btsql.hashes(given text) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT md5(given); END;
CREATE FUNCTION btsql.harmless() RETURNS void LANGUAGE plpgsql SET search_path = btsql, pg_temp
    AS E'BEGIN\n-- no WITH RECURSIVE, no SELECT *, no md5()\nRAISE NOTICE ''SELECT * is no statement here''; END';

SELECT set_eq('SELECT name || '' '' || what FROM fault',
              ARRAY['open_path is plpgsql without a pinned search_path',
                    'other_path is plpgsql without a pinned search_path',
                    'other_path is SECURITY DEFINER without a pinned search_path',
                    'late_names is sql without BEGIN ATOMIC',
                    'reads_table is sql and touches backtest_run',
                    'recursive has WITH RECURSIVE',
                    'notifier notifies',
                    'notifier is a trigger function that does more than look at OLD and NEW',
                    'star has SELECT *',
                    'star has an argument without a name',
                    'hashes uses md5(), which a server that keeps to FIPS does not have',
                    'unsafe is PARALLEL SAFE and can do what a parallel worker cannot'],
              'a fault shows, and words in comments and texts are none');

SELECT * FROM finish();
ROLLBACK;
