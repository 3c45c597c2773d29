-- House rule: every object says what it is, and every number in which unit.
BEGIN;
\ir ../fixtures.psql
SELECT plan(5);

CREATE TEMPORARY VIEW commented AS
SELECT 'table' AS kind, relname::text AS name, obj_description(oid, 'pg_class') AS comment
  FROM pg_class
 WHERE relnamespace = 'btsql'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
   -- The sequence of an identity column is explained by the column.
   AND NOT EXISTS (SELECT FROM pg_depend
                   WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'i')
 UNION ALL
SELECT 'column', relname || '.' || attname, col_description(attrelid, attnum)
  FROM pg_attribute
  JOIN pg_class ON pg_class.oid = attrelid
 WHERE relnamespace = 'btsql'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND attnum > 0
     AND NOT attisdropped
 UNION ALL
SELECT 'type', typname, obj_description(pg_type.oid, 'pg_type')
  FROM pg_type
  LEFT JOIN pg_class ON pg_class.oid = typrelid
 WHERE typnamespace = 'btsql'::regnamespace AND typelem = 0 AND typtype <> 'm' AND coalesce(relkind, 'c') = 'c'
 UNION ALL
SELECT 'function', oid::regprocedure::text, obj_description(oid, 'pg_proc')
  FROM pg_proc
 WHERE pronamespace = 'btsql'::regnamespace
 UNION ALL
SELECT 'trigger', tgname, obj_description(pg_trigger.oid, 'pg_trigger')
  FROM pg_trigger
  JOIN pg_class ON pg_class.oid = tgrelid
 WHERE relnamespace = 'btsql'::regnamespace AND NOT tgisinternal
 UNION ALL
-- The index of a constraint is explained by the constraint's name.
SELECT 'index', relname, obj_description(pg_class.oid, 'pg_class')
  FROM pg_class
 WHERE relnamespace = 'btsql'::regnamespace AND relkind IN ('i', 'I')
   AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = pg_class.oid AND contype IN ('p', 'u', 'x'))
 UNION ALL
SELECT 'schema', nspname, obj_description(oid, 'pg_namespace')
  FROM pg_namespace
 WHERE nspname = 'btsql';

CREATE TEMPORARY VIEW uncommented AS
SELECT kind, name
  FROM commented
 WHERE comment IS NULL OR comment !~ '\S';

-- Numbers: a fraction, ratio or count, money, or a time in its unit. An identity has none.
CREATE TEMPORARY VIEW without_unit AS
SELECT relname || '.' || attname AS name
  FROM pg_attribute
  JOIN pg_class ON pg_class.oid = attrelid
 WHERE relnamespace = 'btsql'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND attnum > 0
     AND NOT attisdropped
   AND attidentity = ''
   AND atttypid IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype, 'numeric'::regtype, 'real'::regtype,
                    'double precision'::regtype, 'interval'::regtype)
   AND col_description(attrelid,
                       attnum) !~ '\m(fraction|ratio|count|currency|seconds|milliseconds|Trading days a year|process id)\M';

SELECT cmp_ok((SELECT count(DISTINCT kind) FROM commented), '=', 7::bigint, 'all kinds of objects are looked at');
SELECT is_empty('SELECT kind, name FROM uncommented', 'every object has a comment');
SELECT is_empty('SELECT name FROM without_unit', 'every number has a unit');

-- The rules see what breaks them.
CREATE TABLE btsql.bare (value integer);
CREATE TYPE btsql.bare_type AS (part numeric);
CREATE DOMAIN btsql.bare_domain AS text;
CREATE INDEX bare_index ON btsql.bare (value);
CREATE SEQUENCE btsql.bare_sequence;
CREATE FUNCTION btsql.bare() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER bare_trigger BEFORE INSERT ON btsql.bare FOR EACH ROW EXECUTE FUNCTION btsql.bare();
COMMENT ON COLUMN btsql.bare.value IS ' ';
COMMENT ON COLUMN btsql.bare_type.part IS 'How much.';

SELECT set_eq('SELECT kind || '' '' || name FROM uncommented',
              ARRAY['table bare', 'column bare.value', 'type bare_type', 'type bare_domain', 'index bare_index',
                    'table bare_sequence', 'function bare()', 'trigger bare_trigger'],
              'a missing comment shows');
SELECT set_eq('SELECT name FROM without_unit', ARRAY['bare.value', 'bare_type.part'], 'a missing unit shows');

SELECT * FROM finish();
ROLLBACK;
