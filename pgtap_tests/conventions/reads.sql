-- House rule, for Citus and for speed: a query over run tables calls no function that reads run tables, row for row. It may
-- read from one, as in FROM list_runs(...). Seen in the sources, in the texts of queries put together there too.
BEGIN;
\ir ../fixtures.psql
SELECT plan(3);

CREATE TEMPORARY VIEW function AS
SELECT pg_proc.oid, proname::text AS name,
       regexp_replace(coalesce(nullif(prosrc, ''), pg_get_functiondef(pg_proc.oid)), '--[^\n]*', '', 'g') AS body
  FROM pg_proc
 WHERE pronamespace = 'btsql'::regnamespace AND prokind <> 'a';

CREATE TEMPORARY VIEW run_table AS
SELECT string_agg(relname, '|') AS names
  FROM pg_class
 WHERE relnamespace = 'btsql'::regnamespace AND relkind IN ('r', 'p');

-- Those that read a table themselves, or call one that does.
CREATE TEMPORARY VIEW reader AS
WITH RECURSIVE reader AS (
    SELECT name FROM function CROSS JOIN run_table WHERE body ~ format('\m(FROM|JOIN)\s+(btsql\.)?(%s)\M', names)
     UNION
    SELECT function.name FROM function JOIN reader ON function.body ~ format('\m%s\s*\(', reader.name))
SELECT name FROM reader;

CREATE TEMPORARY VIEW fault AS
SELECT function.name, 'calls ' || reader.name || '() in a query over run tables' AS what
  FROM function
 CROSS JOIN run_table
 CROSS JOIN LATERAL regexp_split_to_table(function.body, ';') AS statement
  JOIN reader ON regexp_replace(statement, '\m(FROM|JOIN)\s+(btsql\.)?\w+\s*\(', '', 'g')
                 ~ format('\m%s\s*\(', reader.name)
 WHERE statement ~ format('\m(FROM|JOIN)\s+(btsql\.)?(%s)\M', names);

SELECT is((SELECT array_agg(name ORDER BY name)
             FROM reader
            WHERE name IN ('find_run', 'get_run', 'best_runs', 'current_tags', 'short_id', 'config_hash', 'record_digest')),
          '{best_runs,current_tags,find_run,get_run}', 'functions that read, by themselves or through others, are known');
SELECT is_empty('SELECT name, what FROM fault', 'no query over runs reads runs again for each of its rows');

-- The rule sees what breaks it.
CREATE FUNCTION btsql.row_for_row() RETURNS bigint LANGUAGE plpgsql STABLE SET search_path = btsql, pg_temp
    AS 'BEGIN RETURN (SELECT count(*) FROM backtest_run AS run WHERE current_tags(run.run_id) <> ''{}''); END';
CREATE FUNCTION btsql.in_a_text() RETURNS bigint LANGUAGE plpgsql STABLE SET search_path = btsql, pg_temp
    AS 'BEGIN EXECUTE ''SELECT count(*) FROM backtest_run AS run WHERE check_run(run.run_id::text)''; RETURN 1; END';
CREATE FUNCTION btsql.sideways() RETURNS bigint LANGUAGE plpgsql STABLE SET search_path = btsql, pg_temp
    AS 'BEGIN RETURN (SELECT count(*) FROM backtest_run AS run CROSS JOIN LATERAL get_run(run.run_id::text)); END';
CREATE FUNCTION btsql.harmless() RETURNS bigint LANGUAGE plpgsql STABLE SET search_path = btsql, pg_temp
    AS 'DECLARE id uuid := find_run(''@''); BEGIN
        RETURN (SELECT count(*) FROM list_runs() AS listed JOIN backtest_run AS run ON run.run_id = listed.run_id); END';
SELECT set_eq('SELECT name || '' '' || what FROM fault',
              ARRAY['row_for_row calls current_tags() in a query over run tables',
                    'in_a_text calls check_run() in a query over run tables',
                    'sideways calls get_run() in a query over run tables'],
              'a fault shows, in a text too');

SELECT * FROM finish();
ROLLBACK;
