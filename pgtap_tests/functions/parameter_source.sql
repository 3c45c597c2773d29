-- Tests of functions/parameter_source
BEGIN;
\ir ../fixtures.psql
SELECT plan(312);

CREATE TEMPORARY TABLE signature AS
SELECT ARRAY['jsonb', 'text', 'text', 'text', 'text[]', 'uuid', 'uuid', 'boolean', 'integer'] AS arguments;
SELECT has_function('btsql', 'parameter_source', arguments::name[]) FROM signature;
SELECT function_returns('btsql', 'parameter_source', arguments::name[], 'record') FROM signature;
SELECT function_lang_is('btsql', 'parameter_source', arguments::name[], 'plpgsql') FROM signature;
SELECT volatility_is('btsql', 'parameter_source', arguments::name[], 'stable') FROM signature;

-- filters: the other arguments, by their names.
CREATE FUNCTION pg_temp.source_of(parameters jsonb, newest_first boolean DEFAULT true, filters jsonb DEFAULT '{}',
                                  OUT source text, OUT decides text)
LANGUAGE sql
AS $$
    SELECT found.source, found.decides
      FROM btsql.parameter_source(
               parameters, filters ->> 'strategy_name', filters ->> 'strategy_type', filters ->> 'status',
               (SELECT array_agg(tag) FROM jsonb_array_elements_text(filters -> 'tags') AS tag),
               (filters ->> 'first_id')::uuid, (filters ->> 'before_id')::uuid, newest_first,
               coalesce((filters ->> 'result_limit')::integer, 20)) AS found;
$$;

-- 4500 runs, written directly: the one value is common, the other rare, and one strategy in 500 another.
SET LOCAL session_replication_role = replica;
INSERT INTO backtest_run (run_id, started_at, duration_seconds, status, strategy_type, strategy_name, strategy_path,
                          parameters,
                          instruments, data_start, data_end, initial_capital, currency, data_source, snapshot,
                              record_digest)
SELECT pg_temp.id_at(start.started_at, lpad(number::text, 12, '0')), start.started_at, 1, 'success', CASE WHEN number % 500 = 9 THEN 'y' ELSE 'x' END,
       CASE WHEN number % 500 = 11 THEN 'z' ELSE 'x' END, 'a.b:C',
       jsonb_build_object('list', '[1]'::jsonb, 'common', number % 2, 'rare', number % 500, 'unique', number, 'word', 'w' || number % 3)
           || CASE number % 1000 WHEN 7 THEN '{"only": true}' WHEN 8 THEN '{"only": [1]}' WHEN 9 THEN '{"only": null}'
                                 ELSE '{}' END::jsonb,
       '{X}', '2020-01-01Z', '2020-12-31Z', 1, 'USD', 'mock', '{}', repeat('0', 64)
  FROM generate_series(1, 4500) AS number
 CROSS JOIN LATERAL (SELECT timestamptz '2026-03-02 09:00:00+00' + number * interval '1 second' AS started_at) AS start;
INSERT INTO performance_metrics (run_id, recorded_at, strategy_type, sharpe_ratio)
SELECT run_id, recorded_at, strategy_type, CASE WHEN (parameters ->> 'unique')::integer % 11 > 0
                                      THEN sin((parameters ->> 'unique')::integer % 1000) END
  FROM backtest_run;
INSERT INTO run_parameter (run_id, name, value)
SELECT run_id, row ->> 'name', row -> 'value'
  FROM backtest_run
 CROSS JOIN jsonb_array_elements(searchable_parameters(parameters)) AS row;
INSERT INTO run_annotation (run_id, kind, content)
SELECT run_id, 'tag', 'draft' FROM backtest_run WHERE (parameters ->> 'unique')::integer IN (13, 4013);
-- Rows too many: the truth is in the run.
INSERT INTO run_parameter (run_id, name, value)
SELECT run_id, 'rare', to_jsonb(1000 + (parameters ->> 'unique')::integer) FROM backtest_run
    WHERE (parameters ->> 'unique')::integer <= 20;
INSERT INTO run_parameter (run_id, name, value)
SELECT run_id, 'common', '7' FROM backtest_run WHERE (parameters ->> 'unique')::integer > 1000;
SET LOCAL session_replication_role = origin;
ANALYZE btsql.backtest_run, btsql.performance_metrics, btsql.run_parameter, btsql.run_annotation;

SELECT is((pg_temp.source_of(given, newest_first)).source, 'backtest_run AS run', 'all runs: ' || coalesce(given::text, 'NULL'))
  FROM (VALUES (NULL::jsonb), ('{}'), ('{"rare": {"<>": 1}}'), ('{"rare": {"exists": true}}'),
               ('{"only": {"exists": false}}'), ('{"common": {">": 0}}'), ('{"list": [2]}'),
               (jsonb_build_object(repeat('x', 300), 1))) AS example (given)
 CROSS JOIN (VALUES (true), (false)) AS direction (newest_first);
SELECT matches((pg_temp.source_of(given, newest_first)).source, 'run_parameter AS found', 'the few in the search index: ' || given::text)
  FROM (VALUES ('{"rare": 3}'::jsonb), ('{"unique": {">": 4400}}'), ('{"only": true}'), ('{"none": 1}'),
        ('{"common": 1, "rare": 3}'), ('{"only": {"exists": true}}'), ('{"x": {"exists": true}}'), ('{"only": null}'),
        ('{"only": [1]}'), ('{"x": [1]}'), ('{"only": {"<>": 1}}'), ('{"only": {"in": [null, [1]]}}'),
               (jsonb_build_object('x', repeat('x', 300))), ('{"unique": {"in": [1, 2, 3]}}'), ('{"word": "none"}'),
               ('{"unique": {">=": 10, "<": 20}, "common": {"exists": true}}'))
       AS example (given)
 CROSS JOIN (VALUES (true), (false)) AS direction (newest_first);
SELECT matches((pg_temp.source_of('{"common": 1}')).source, 'ORDER BY found.run_id DESC',
               'a value, common or not, newest first, as the search index has it');
SELECT matches((pg_temp.source_of(given, filters => filters)).source, expected, format('%s with %s', given, filters))
  FROM (VALUES
        ('{"common": 1}'::jsonb, '{"strategy_type": "y"}'::jsonb, 'DISTINCT found.run_id FROM backtest_run'),
        ('{"common": 1}', '{"strategy_name": "z"}',          'DISTINCT found.run_id FROM backtest_run'),
        ('{"common": 1}', '{"status": "interrupted"}',       'DISTINCT found.run_id FROM backtest_run'),
        ('{"common": 1}', '{"tags": ["draft"]}',             'DISTINCT found.run_id FROM run_annotation'),
        ('{"common": {">": 0}}', '{"tags": ["draft", "x"]}', 'DISTINCT found.run_id FROM run_annotation'),
        ('{"only": {"exists": false}}', '{"strategy_type": "y"}', 'DISTINCT found.run_id FROM backtest_run'),
        ('{"rare": 3}', '{"strategy_type": "x", "strategy_name": "x", "status": "success"}',
         'DISTINCT found.run_id FROM run_parameter'),
        ('{"common": 1}', '{"strategy_type": "x", "strategy_name": "x", "status": "success"}', 'run_parameter.*ORDER BY'),
        ('{"common": 1}', '{"first_id": "019cade2-123b-0000-0000-000000000000"}', 'found.run_id >= ''019cade2-123b'),
        ('{"common": 1}', '{"before_id": "019cade2-123b-0000-0000-000000000000"}', 'found.run_id < ''019cade2-123b'),
        -- In a short time there are few.
        ('{"common": {">": 0}}', jsonb_build_object('before_id', pg_temp.id_at('2026-03-02 09:01:00+00', repeat('0', 12))),
         'DISTINCT found.run_id FROM backtest_run AS found WHERE true AND found.run_id <'),
        ('{"common": {">": 0}}', jsonb_build_object('before_id', pg_temp.id_at('2026-03-02 10:15:00+00', repeat('0', 12))),
         '^backtest_run AS run$'),
        -- The first that is few enough is read.
        ('{"rare": 3, "unique": {"<": 4}}', '{}', 'found.name = ''rare'''),
        ('{"common": 1, "unique": {"<": 4}}', '{}', 'found.name = ''unique'''),
        ('{"unique": {"<": 1500}, "word": {"<>": "w1"}}', '{}', 'found.name = ''unique'''),
        -- Where more are wanted, more are few.
        ('{"unique": {">": 500}}', '{"result_limit": 20}',   '^backtest_run AS run$'),
        ('{"unique": {">": 500}}', '{"result_limit": 1000}', 'DISTINCT found.run_id FROM run_parameter')
       ) AS example (given, filters, expected);
SELECT is((pg_temp.source_of(given)).decides LIKE 'CASE WHEN %', is_common, given::text || ' may be true for many')
  FROM (VALUES ('{"common": {">": 0}}'::jsonb, true), ('{"rare": {">": 495}}', false), ('{"only": {"exists": false}}', false))
       AS example (given, is_common);

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
        (pg_temp.source_of(parameters)).decides,
        CASE WHEN sort_by = 'started_at' THEN 'run.run_id ' || CASE WHEN descending THEN 'DESC' ELSE 'ASC' END
             ELSE format('metrics.%1$I %2$s NULLS LAST, CASE WHEN metrics.%1$I IS NULL THEN run.run_id END DESC, run.run_id %2$s',
                         sort_by, CASE WHEN descending THEN 'DESC' ELSE 'ASC' END) END,
        result_limit)
       INTO found;
    RETURN found;
END;
$$;

-- What decides is the run itself.
SELECT is((pg_temp.source_of(given)).decides, NULL, 'nothing to decide: ' || coalesce(given::text, 'NULL'))
  FROM (VALUES (NULL::jsonb), ('{}')) AS example (given);
SELECT is(pg_temp.by_reading_all(given, 'started_at', true, 2),
          (SELECT string_agg(run_id::text, ' ')
             FROM (SELECT run_id FROM backtest_run WHERE parameters @> contained ORDER BY run_id DESC LIMIT 2) AS expected),
          given::text || ' decides as it is written')
  FROM (VALUES ('{"rare": 3}'::jsonb, '{"rare": 3}'::jsonb), ('{"only": [1]}', '{"only": [1]}'),
               ('{"only": null}', '{"only": null}'), ('{"common": 1, "word": "w2"}', '{"common": 1, "word": "w2"}'), ('{"rare": 1010}', '{"rare": 1010}'),
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
               ('{"only": {"exists": false}, "common": 1}'), ('{"word": {"<>": "w1"}}'), ('{"only": {"exists": true}}'),
               ('{"only": [1]}'), ('{"only": {"in": [null, true]}}'), ('{"only": {"<>": null}, "common": 0}')) AS example (given)
 CROSS JOIN (VALUES ('started_at'), ('sharpe_ratio')) AS sorted (sort_by)
 CROSS JOIN (VALUES (true), (false)) AS direction (descending)
 CROSS JOIN (VALUES (20), (1000)) AS size (size);

-- The same with the other filters, which may be the ones that are read from.
SELECT is((SELECT array_agg(run_id)
             FROM list_runs(parameters => given, strategy_type => kind, strategy_name => label, tags => wanted_tags,
                            until => '2026-03-02 10:10:00.5+00', sort_by => sorted.sort_by)),
          (SELECT array_agg(expected.run_id)
             FROM (SELECT run.run_id
                     FROM backtest_run AS run
                     LEFT JOIN performance_metrics AS metrics USING (run_id)
                    WHERE run.parameters @> given
                      AND run.strategy_type = coalesce(kind, run.strategy_type)
                      AND run.strategy_name = coalesce(label, run.strategy_name)
                      AND (wanted_tags IS NULL OR run.run_id IN (SELECT run_id FROM run_annotation))
                      AND run.started_at < '2026-03-02 10:10:00.5+00'
                    ORDER BY CASE WHEN sorted.sort_by = 'sharpe_ratio' THEN metrics.sharpe_ratio END DESC NULLS LAST,
                             run.run_id DESC
                    LIMIT 20) AS expected),
          format('%s of %s %s %s by %s', given, kind, label, wanted_tags, sorted.sort_by))
  FROM (VALUES ('{"common": 1}'::jsonb), ('{"rare": 9}'), ('{"common": 1, "word": "w1"}')) AS example (given)
 CROSS JOIN (VALUES ('x', NULL, NULL::text[]), ('y', NULL, NULL), (NULL, 'z', NULL), ('x', 'x', NULL), (NULL, NULL, '{draft}'),
                    ('none', NULL, NULL)) AS filter (kind, label, wanted_tags)
 CROSS JOIN (VALUES ('started_at'), ('sharpe_ratio')) AS sorted (sort_by);

SELECT is(pg_temp.refusal(format('SELECT pg_temp.source_of(%L)', given)), '22023', given || ' is refused')
  FROM (VALUES ('[]'), ('{"a": {"like": "x"}}'), ('{"a": {"b": 1}}')) AS example (given);

SELECT * FROM finish();
ROLLBACK;
