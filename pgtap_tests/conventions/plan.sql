-- House rule: the schema holds what the plan creates, and the plan creates nothing elsewhere.
BEGIN;
\ir ../fixtures.psql
SELECT plan(5);

-- Where others may be: PostgreSQL, pgTAP, temporary objects, Sqitch's registry.
CREATE TEMPORARY TABLE foreign_schema AS
SELECT oid, nspname
  FROM pg_namespace
 WHERE nspname ~ '^pg_' OR nspname = 'information_schema'
    OR oid IN (SELECT pronamespace FROM pg_proc WHERE proname = 'pgtap_version')
    OR oid IN (SELECT relnamespace FROM pg_class WHERE relname IN ('changes', 'dependencies', 'projects')
                GROUP BY relnamespace HAVING count(*) = 3);

CREATE TEMPORARY VIEW elsewhere AS
SELECT pg_describe_object(classid, objid, 0) AS object
  FROM (SELECT 'pg_class'::regclass, oid, relnamespace FROM pg_class
         UNION ALL
        SELECT 'pg_proc'::regclass, oid, pronamespace FROM pg_proc
         UNION ALL
        SELECT 'pg_type'::regclass, oid, typnamespace FROM pg_type
         UNION ALL
        SELECT 'pg_operator'::regclass, oid, oprnamespace FROM pg_operator
         UNION ALL
        SELECT 'pg_collation'::regclass, oid, collnamespace FROM pg_collation
         UNION ALL
        SELECT 'pg_cast'::regclass, oid, NULL FROM pg_cast WHERE oid >= 16384
         UNION ALL
        SELECT 'pg_event_trigger'::regclass, oid, NULL FROM pg_event_trigger
         UNION ALL
        SELECT 'pg_publication'::regclass, oid, NULL FROM pg_publication
         UNION ALL
        SELECT 'pg_foreign_server'::regclass, oid, NULL FROM pg_foreign_server) AS object (classid, objid, place)
 WHERE place IS DISTINCT FROM 'btsql'::regnamespace
   AND (place IS NULL OR place NOT IN (SELECT oid FROM foreign_schema))
   AND NOT EXISTS (SELECT
                     FROM pg_depend
                    WHERE pg_depend.classid = object.classid AND pg_depend.objid = object.objid AND deptype = 'e');

SELECT is_empty('SELECT object FROM elsewhere', 'nothing outside the schema but what belongs to others');

-- The changes that the objects of the schema stand for. A trigger belongs to the change of its table's triggers; what
-- PostgreSQL makes along with a table or type has no change of its own.
CREATE TEMPORARY VIEW present AS
SELECT 'schemas/btsql' AS change
 UNION
SELECT 'functions/' || proname FROM pg_proc WHERE pronamespace = 'btsql'::regnamespace
 UNION
SELECT CASE relkind WHEN 'c' THEN 'types/' WHEN 'v' THEN 'views/' WHEN 'S' THEN 'sequences/' ELSE 'tables/'
    END || relname
  FROM pg_class
 WHERE relnamespace = 'btsql'::regnamespace AND relkind NOT IN ('i', 'I', 't')
   AND NOT EXISTS (SELECT
                     FROM pg_depend
                    WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND relkind = 'S' AND deptype = 'i')
 UNION
SELECT 'types/' || typname FROM pg_type WHERE typnamespace = 'btsql'::regnamespace AND typtype IN ('d', 'e', 'r')
 UNION
SELECT 'indexes/' || relname
  FROM pg_class
 WHERE relnamespace = 'btsql'::regnamespace AND relkind IN ('i', 'I')
   AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = pg_class.oid AND contype IN ('p', 'u', 'x'))
 UNION
SELECT 'triggers/' || relname
  FROM pg_trigger
  JOIN pg_class ON pg_class.oid = tgrelid
 WHERE relnamespace = 'btsql'::regnamespace AND NOT tgisinternal;

-- What was deployed, as the registry has it.
CREATE TEMPORARY TABLE deployed (change text);
DO $$
DECLARE
    registry CONSTANT text := (SELECT quote_ident(nspname)
                                 FROM pg_class
                                 JOIN pg_namespace ON pg_namespace.oid = relnamespace
                                WHERE relname = 'changes'
                                  AND nspname IN (SELECT nspname FROM foreign_schema));
BEGIN
    IF registry IS NOT NULL THEN
        EXECUTE format('INSERT INTO deployed SELECT change FROM %s.changes WHERE project = ''btsql''', registry);
    END IF;
END;
$$;

SELECT count(*) > 0 AS has_registry FROM deployed
\gset
\if :has_registry
SELECT is_empty($$ SELECT change FROM present EXCEPT SELECT change FROM deployed $$,
                'every object comes from a change');
SELECT is_empty($$ SELECT change FROM deployed WHERE change !~ '^(settings|roles|grants)/' EXCEPT SELECT change
                FROM present $$,
                'every change has left its object');
\else
SELECT diag('NOT RUN: the check of the plan against the schema, for want of Sqitch''s registry');
SELECT skip('no registry of Sqitch in this database', 2);
\endif

-- The rules see what breaks them.
CREATE TABLE public.stray (id integer);
SELECT ok(EXISTS (SELECT FROM elsewhere WHERE object = 'table stray' OR object = 'table public.stray'),
          'a stray table shows');
DELETE FROM deployed;
CREATE DOMAIN btsql.unplanned AS text;
SELECT ok(EXISTS (SELECT FROM present WHERE change = 'types/unplanned'), 'an unplanned object shows');

SELECT * FROM finish();
ROLLBACK;
