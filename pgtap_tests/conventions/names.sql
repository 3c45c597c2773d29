-- House rule: every constraint, trigger and index is named for its table and its rule, by hand.
BEGIN;
\ir ../fixtures.psql
SELECT plan(9);

-- NOT NULL has a row in pg_constraint from PostgreSQL 18 on, and needs no name of its own.
CREATE TEMPORARY VIEW rule AS
SELECT relname AS place, conname AS name, contype AS kind,
       (SELECT string_agg(attname, '_' ORDER BY position)
          FROM unnest(conkey) WITH ORDINALITY AS key (attnum, position)
          JOIN pg_attribute USING (attnum)
         WHERE attrelid = conrelid) AS columns
  FROM pg_constraint
  JOIN pg_class ON pg_class.oid = conrelid
 WHERE connamespace = 'btsql'::regnamespace AND contype <> 'n'
 UNION ALL
SELECT relname, tgname, 't', NULL
  FROM pg_trigger
  JOIN pg_class ON pg_class.oid = tgrelid
 WHERE relnamespace = 'btsql'::regnamespace AND NOT tgisinternal
 UNION ALL
SELECT owner.relname, index.relname, 'i', NULL
  FROM pg_index
  JOIN pg_class AS index ON index.oid = indexrelid
  JOIN pg_class AS owner ON owner.oid = indrelid
 WHERE index.relnamespace = 'btsql'::regnamespace;

CREATE TEMPORARY VIEW badly_named AS
SELECT name
  FROM rule
 WHERE name NOT LIKE replace(place, '_', '\_') || '\_%';

-- What PostgreSQL would have called it. A primary key is called that by hand, too.
CREATE TEMPORARY VIEW not_named AS
SELECT name
  FROM rule
 WHERE name ~ '_(check|fkey|excl|idx)[0-9]*$'
    OR (kind = 'u' AND name ~ ('^' || left(place || '_' || columns, 50) || '.*_key[0-9]*$'))
    OR (kind = 'p' AND name <> place || '_pkey');

CREATE TEMPORARY VIEW not_lower AS
SELECT relname AS name FROM pg_class WHERE relnamespace = 'btsql'::regnamespace AND relname <> lower(relname)
 UNION ALL
SELECT proname FROM pg_proc WHERE pronamespace = 'btsql'::regnamespace AND proname <> lower(proname)
 UNION ALL
SELECT name FROM rule WHERE name <> lower(name);

SELECT cmp_ok((SELECT count(*) FROM rule), '>', 40::bigint, 'there are rules to look at');
SELECT is_empty('SELECT name FROM badly_named', 'every constraint, trigger and index begins with the name of its table');
SELECT is_empty('SELECT name FROM not_named', 'none was left for PostgreSQL to name');
SELECT is_empty('SELECT name FROM not_lower', 'names are in lower case');
SELECT is_empty('SELECT conname FROM pg_constraint WHERE connamespace = ''btsql''::regnamespace AND NOT convalidated',
                'every constraint holds for every row');
SELECT is_empty($$ SELECT tgname
                     FROM pg_trigger
                     JOIN pg_class ON pg_class.oid = tgrelid
                    WHERE relnamespace = 'btsql'::regnamespace AND tgenabled <> 'O' $$, 'every trigger is enabled');

-- The rules see what breaks them.
CREATE TABLE btsql.sample (one integer CHECK (one > 0), two integer UNIQUE, three integer PRIMARY KEY,
                           four integer REFERENCES btsql.sample,
                           CONSTRAINT misnamed CHECK (two > 0), CONSTRAINT "sample_Loud" CHECK (two > 1));
CREATE INDEX ON btsql.sample (one);
CREATE INDEX sampler ON btsql.sample (one);

SELECT set_eq('SELECT name FROM badly_named', ARRAY['misnamed', 'sampler'], 'a name without its table shows');
SELECT set_eq('SELECT name FROM not_named',
              ARRAY['sample_one_check', 'sample_two_key', 'sample_four_fkey', 'sample_one_idx'],
              'a name that PostgreSQL made shows');
SELECT set_eq('SELECT name FROM not_lower', ARRAY['sample_Loud'], 'a loud name shows');

SELECT * FROM finish();
ROLLBACK;
