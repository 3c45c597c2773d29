-- House rule: the schema also deploys on Citus, distributed by run_id. These are the conditions that the catalog shows.
BEGIN;
\ir ../fixtures.psql
SELECT plan(2);

CREATE TEMPORARY VIEW fault AS
SELECT relname AS name, 'is a table without run_id' AS what
  FROM pg_class
 WHERE relnamespace = 'btsql'::regnamespace AND relkind IN ('r', 'p')
   AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'run_id' AND attnotnull)
 UNION ALL
SELECT relname, 'has no primary key'
  FROM pg_class
 WHERE relnamespace = 'btsql'::regnamespace AND relkind IN ('r', 'p')
   AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = pg_class.oid AND contype = 'p')
 UNION ALL
SELECT index.relname, 'is a unique index without run_id'
  FROM pg_index
  JOIN pg_class AS index ON index.oid = indexrelid
 WHERE index.relnamespace = 'btsql'::regnamespace AND (indisunique OR indisexclusion)
   AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = indrelid AND attname = 'run_id' AND attnum = ANY (indkey::int2[]))
 UNION ALL
SELECT conname, 'is a foreign key that does not refer from run_id to run_id'
  FROM pg_constraint
 WHERE connamespace = 'btsql'::regnamespace AND contype = 'f'
   AND NOT EXISTS (SELECT
                     FROM unnest(conkey, confkey) AS pair (here, there)
                     JOIN pg_attribute AS child ON child.attrelid = conrelid AND child.attnum = here
                     JOIN pg_attribute AS parent ON parent.attrelid = confrelid AND parent.attnum = there
                    WHERE child.attname = 'run_id' AND parent.attname = 'run_id')
 UNION ALL
SELECT conname, 'refers to its own table'
  FROM pg_constraint
 WHERE connamespace = 'btsql'::regnamespace AND contype = 'f' AND conrelid = confrelid
 UNION ALL
SELECT conname, 'refers to a table outside the schema'
  FROM pg_constraint
  JOIN pg_class ON pg_class.oid = confrelid
 WHERE connamespace = 'btsql'::regnamespace AND relnamespace <> connamespace
 UNION ALL
SELECT conname, 'can be deferred'
  FROM pg_constraint
 WHERE connamespace = 'btsql'::regnamespace AND condeferrable
 UNION ALL
SELECT tgname, 'is a constraint trigger or a deferred one'
  FROM pg_trigger
  JOIN pg_class ON pg_class.oid = tgrelid
 WHERE relnamespace = 'btsql'::regnamespace AND NOT tgisinternal AND (tgconstraint <> 0 OR tgdeferrable)
 UNION ALL
SELECT relname, 'is a view or a table with rules'
  FROM pg_class
 WHERE relnamespace = 'btsql'::regnamespace AND (relhasrules OR relkind IN ('v', 'm'))
 UNION ALL
SELECT relname, 'inherits or is unlogged'
  FROM pg_class
 WHERE relnamespace = 'btsql'::regnamespace AND relkind IN ('r', 'p')
   AND (relpersistence <> 'p' OR EXISTS (SELECT FROM pg_inherits WHERE inhrelid = pg_class.oid));

SELECT is_empty('SELECT name, what FROM fault', 'every table keeps the conditions');

-- The rules see what breaks them.
CREATE TABLE btsql.loose (id integer UNIQUE, place integer UNIQUE DEFERRABLE,
                          parent integer REFERENCES btsql.loose (id) DEFERRABLE);
CREATE UNLOGGED TABLE btsql.spare (run_id uuid PRIMARY KEY, label text);
CREATE UNIQUE INDEX spare_label ON btsql.spare (label);
CREATE VIEW btsql.seen AS SELECT run_id FROM btsql.spare;
CREATE CONSTRAINT TRIGGER spare_is_checked AFTER INSERT ON btsql.spare DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION btsql.refuse_change();

SELECT set_eq('SELECT name || '' '' || what FROM fault',
              ARRAY['loose is a table without run_id',
                    'loose has no primary key',
                    'loose_id_key is a unique index without run_id',
                    'loose_place_key is a unique index without run_id',
                    'loose_place_key can be deferred',
                    'loose_parent_fkey is a foreign key that does not refer from run_id to run_id',
                    'loose_parent_fkey refers to its own table',
                    'loose_parent_fkey can be deferred',
                    'spare inherits or is unlogged',
                    'spare_label is a unique index without run_id',
                    'spare_is_checked is a constraint trigger or a deferred one',
                    'spare_is_checked can be deferred',
                    'seen is a view or a table with rules'],
              'a fault shows');

SELECT * FROM finish();
ROLLBACK;
