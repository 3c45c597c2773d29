-- Tests of functions/parameter_source
BEGIN;
\ir ../fixtures.psql
SELECT plan(207);

SELECT has_function('btsql', 'parameter_source', ARRAY['jsonb', 'boolean']);
SELECT function_returns('btsql', 'parameter_source', ARRAY['jsonb', 'boolean'], 'record');
SELECT function_lang_is('btsql', 'parameter_source', ARRAY['jsonb', 'boolean'], 'plpgsql');
SELECT volatility_is('btsql', 'parameter_source', ARRAY['jsonb', 'boolean'], 'stable');

-- 4500 runs, written directly: the one value is common, the other rare.
SET LOCAL session_replication_role = replica;
INSERT INTO backtest_run (run_id, started_at, duration_seconds, status, strategy_type, strategy_name, strategy_path,
                          parameters,
                          instruments, data_start, data_end, initial_capital, currency, data_source, snapshot,
                              record_digest)
SELECT pg_temp.id_at(start.started_at, lpad(number::text, 12, '0')), start.started_at, 1, 'success', 'x', 'x', 'a.b:C',
       jsonb_build_object('common', number % 2, 'rare', number % 500, 'unique', number, 'word', 'w' || number % 3)
           || CASE WHEN number % 1000 = 7 THEN '{"only": true}' ELSE '{}' END::jsonb,
       '{X}', '2020-01-01Z', '2020-12-31Z', 1, 'USD', 'mock', '{}', repeat('0', 64)
  FROM generate_series(1, 4500) AS number
 CROSS JOIN LATERAL (SELECT timestamptz '2026-03-02 09:00:00+00' + number * interval '1 second' AS started_at) AS start;
INSERT INTO performance_metrics (run_id, recorded_at, strategy_type, sharpe_ratio)
SELECT run_id, recorded_at, 'x', CASE WHEN (parameters ->> 'unique')::integer % 11 > 0
                                      THEN sin((parameters ->> 'unique')::integer % 1000) END
  FROM backtest_run;
INSERT INTO run_parameter (run_id, name, value)
SELECT run_id, key, value FROM backtest_run CROSS JOIN jsonb_each(parameters);
-- Rows too many: the truth is in the run.
INSERT INTO run_parameter (run_id, name, value)
SELECT run_id, 'rare', to_jsonb(1000 + (parameters ->> 'unique')::integer) FROM backtest_run
    WHERE (parameters ->> 'unique')::integer <= 20;
INSERT INTO run_parameter (run_id, name, value)
SELECT run_id, 'common', '7' FROM backtest_run WHERE (parameters ->> 'unique')::integer > 1000;
SET LOCAL session_replication_role = origin;
ANALYZE btsql.backtest_run, btsql.performance_metrics, btsql.run_parameter;

SELECT is((parameter_source(given, newest_first)).source, 'backtest_run AS run', 'all runs: ' || coalesce(given::text, 'NULL'))
  FROM (VALUES (NULL::jsonb), ('{}'), ('{"rare": {"<>": 1}}'), ('{"rare": {"exists": true}}'), ('{"x": null}'),
        ('{"x": [1]}'),
               (jsonb_build_object('x', repeat('x', 300))),
               (jsonb_build_object(repeat('x', 300), 1))) AS example (given)
 CROSS JOIN (VALUES (true), (false)) AS direction (newest_first);
SELECT matches((parameter_source(given, newest_first)).source, 'run_parameter', 'the few in the search index: ' || given::text)
  FROM (VALUES ('{"rare": 3}'::jsonb), ('{"unique": {">": 4400}}'), ('{"only": true}'), ('{"none": 1}'),
        ('{"common": 1, "rare": 3}'),
               ('{"unique": {"in": [1, 2, 3]}}'), ('{"word": "none"}'),
               ('{"unique": {">=": 10, "<": 20}, "common": {"exists": true}}'))
       AS example (given)
 CROSS JOIN (VALUES (true), (false)) AS direction (newest_first);
SELECT matches((parameter_source('{"common": 1}', true)).source, 'ORDER BY parameter.run_id DESC',
               'a value, common or not, newest first, as the search index has it');

CREATE FUNCTION pg_temp.by_reading_all(parameters jsonb, sort_by text, descending boolean, result_limit integer)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    found text;
BEGIN
    EXECUTE format($query$
        SELECT string_agg(found.run_id::text, ' ')
          FROM (SELECT run.run_id
                  FROM btsql.backtest_run AS run
                  LEFT JOIN btsql.performance_metrics AS metrics USING (run_id)
                 WHERE %s
                 ORDER BY %s
                 LIMIT %s) AS found
        $query$,
        (btsql.parameter_source(parameters, true)).decides,
        CASE WHEN sort_by = 'started_at' THEN 'run.run_id ' || CASE WHEN descending THEN 'DESC' ELSE 'ASC' END
             ELSE format('metrics.%1$I %2$s NULLS LAST, CASE WHEN metrics.%1$I IS NULL THEN run.run_id END DESC, run.run_id %2$s',
                         sort_by, CASE WHEN descending THEN 'DESC' ELSE 'ASC' END) END,
        result_limit)
       INTO found;
    RETURN found;
END;
$$;

-- What decides is the run itself.
SELECT is((parameter_source(given, true)).decides, NULL, 'nothing to decide: ' || coalesce(given::text, 'NULL'))
  FROM (VALUES (NULL::jsonb), ('{}')) AS example (given);
SELECT is(pg_temp.by_reading_all(given, 'started_at', true, 2),
          (SELECT string_agg(run_id::text, ' ')
             FROM (SELECT run_id FROM backtest_run WHERE parameters @> contained ORDER BY run_id DESC LIMIT 2) AS expected),
          given::text || ' decides as it is written')
  FROM (VALUES ('{"rare": 3}'::jsonb, '{"rare": 3}'::jsonb), ('{"only": {"exists": true}}', '{"only": true}'),
               ('{"common": 1, "word": "w2"}', '{"common": 1, "word": "w2"}'), ('{"rare": 1010}', '{"rare": 1010}'),
               ('{"word": "w1'' OR true --"}', '{"none": 0}')) AS example (given, contained);

-- Whatever the path, what is found is what reading every run finds.
SELECT is((SELECT string_agg(run_id::text, ' ')
             FROM list_runs(parameters => given, sort_by => sorted.sort_by, descending => direction.descending,
                            result_limit => size)),
          pg_temp.by_reading_all(given, sorted.sort_by, direction.descending, size),
          format('%s by %s %s, %s', given, sorted.sort_by, CASE WHEN direction.descending THEN 'down' ELSE 'up' END,
                 size))
  FROM (VALUES ('{"common": 1}'::jsonb), ('{"common": 7}'), ('{"common": {"in": [1, 7]}}'), ('{"common": {">=": 0}}'),
        ('{"common": {">": 0}}'),
               ('{"rare": 3}'), ('{"rare": 1010}'), ('{"rare": {">": 400}}'), ('{"rare": {">": 495}}'),
               ('{"rare": {">": 1000}}'),
               ('{"rare": {"in": [1, 1001]}}'), ('{"unique": {">": 4400}}'), ('{"unique": {">": 100, "<=": 4400}}'),
               ('{"only": true}'),
               ('{"none": 1}'), ('{"common": 1, "rare": 3}'), ('{"common": 0, "word": "w1"}'),
               ('{"word": {">": "w"}, "common": 1}'),
               ('{"only": {"exists": false}, "common": 1}'), ('{"word": {"<>": "w1"}}')) AS example (given)
 CROSS JOIN (VALUES ('started_at'), ('sharpe_ratio')) AS sorted (sort_by)
 CROSS JOIN (VALUES (true), (false)) AS direction (descending)
 CROSS JOIN (VALUES (20), (1000)) AS size (size);

SELECT is(pg_temp.refusal(format('SELECT btsql.parameter_source(%L, true)', given)), '22023', given || ' is refused')
  FROM (VALUES ('[]'), ('{"a": {"like": "x"}}'), ('{"a": {"b": 1}}')) AS example (given);

SELECT * FROM finish();
ROLLBACK;
