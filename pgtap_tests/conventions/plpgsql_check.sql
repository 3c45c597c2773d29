-- House rule: plpgsql_check finds nothing in any function, nor in any trigger function on each of its tables. Two
-- exceptions: "references" is the name that callers of compare_runs() know, and two functions run SQL text that
-- list_runs() has put together; functions/list_runs.sql attacks them.
BEGIN;
\ir ../fixtures.psql

CREATE TEMPORARY VIEW target AS
SELECT pg_proc.oid AS function, coalesce(tgrelid, 0)::oid AS relation,
       concat_ws(' on ', pg_proc.oid::regprocedure, nullif(tgrelid, 0)::regclass) AS name
  FROM pg_proc
  JOIN pg_language ON pg_language.oid = prolang
  LEFT JOIN (SELECT DISTINCT tgfoid, tgrelid FROM pg_trigger WHERE NOT tgisinternal) AS trigger ON tgfoid = pg_proc.oid
 WHERE pronamespace = 'btsql'::regnamespace AND lanname = 'plpgsql';

SELECT plan((SELECT count(*) FROM target)::integer + 3);
SELECT cmp_ok((SELECT count(*) FROM target), '>', 15::bigint, 'there are functions to look at');
SELECT is_empty($$ SELECT name FROM target JOIN pg_proc ON oid = function
                WHERE prorettype = 'trigger'::regtype AND relation = 0 $$,
                'every trigger function is in use');

SELECT coalesce((SELECT nspname
                   FROM pg_extension
                   JOIN pg_namespace ON pg_namespace.oid = extnamespace
                  WHERE extname = 'plpgsql_check'), '') AS plpgsql_check,
       EXISTS (SELECT FROM pg_extension WHERE extname = 'plpgsql_check') AS has_plpgsql_check
\gset
\if :has_plpgsql_check
SELECT is((SELECT string_agg(finding, E'\n')
             FROM :"plpgsql_check".plpgsql_check_function(
                      target.function, target.relation, performance_warnings => false, extra_warnings => true,
                      security_warnings => target.name !~ '^(page_of_runs|parameter_source)\(') AS finding
            WHERE finding NOT IN ('warning:00000:name of parameter "references" is reserved keyword',
                                  'Detail: The reserved keyword was used as parameter name.')),
          NULL, name)
  FROM target
 ORDER BY name;

-- The check sees what breaks it.
CREATE FUNCTION btsql.broken() RETURNS bigint LANGUAGE plpgsql
    AS 'BEGIN RETURN (SELECT count(missing) FROM btsql.backtest_run); END';
SELECT matches((SELECT string_agg(finding, E'\n')
                FROM :"plpgsql_check".plpgsql_check_function('btsql.broken()') AS finding),
               'column "missing" does not exist', 'a fault shows');
\else
SELECT diag('NOT RUN: plpgsql_check, an extension that this server does not have');
SELECT skip('no plpgsql_check on this server', (SELECT count(*) FROM target)::integer + 1);
\endif

SELECT * FROM finish();
ROLLBACK;
