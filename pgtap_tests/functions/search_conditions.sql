-- Tests of functions/search_conditions
BEGIN;
\ir ../fixtures.psql
SELECT plan(30);

\set arguments 'ARRAY[\'text\', \'text\', \'text\', \'text\', \'timestamp with time zone\', \'timestamp with time zone\', \'timestamp with time zone\', \'timestamp with time zone\', \'jsonb\', \'text[]\']'
SELECT has_function('btsql', 'search_conditions', :arguments);
SELECT function_returns('btsql', 'search_conditions', :arguments, 'text');
SELECT function_lang_is('btsql', 'search_conditions', :arguments, 'plpgsql');
SELECT volatility_is('btsql', 'search_conditions', :arguments, 'stable');

CREATE FUNCTION pg_temp.condition(VARIADIC filters text[])
RETURNS text
LANGUAGE sql
AS $$
    SELECT btsql.search_conditions(filters[1], filters[2], filters[3], filters[4], filters[5]::timestamptz,
                                   filters[6]::timestamptz,
                                   filters[7]::timestamptz, filters[8]::timestamptz, filters[9]::jsonb,
                                   filters[10]::text[]);
$$;
SELECT is(pg_temp.condition(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), 'true',
          'no filter, no condition');
SELECT is(pg_temp.condition(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}', '{}'), 'true',
          'nor have empty ones any');

-- Each filter by itself finds one of two runs; what they mean in full: functions/list_runs.sql.
SELECT pg_temp.record_at(1), set_tags('@', '{good}');
SELECT pg_temp.record_at(2,
                         '{"strategy_name": "n", "strategy_type": "t", "instruments": ["X"], "parameters": {}, "metrics": {"sharpe_ratio": 3},
                              "data_start": "2010-01-01T00:00:00Z", "data_end": "2010-12-31T00:00:00Z"}');
CREATE FUNCTION pg_temp.decided(place integer, value text)
RETURNS text
LANGUAGE sql
AS $$
    SELECT pg_temp.places('SELECT run.run_id FROM btsql.backtest_run AS run LEFT JOIN btsql.performance_metrics AS metrics USING (run_id) WHERE '
                          || pg_temp.condition(VARIADIC (SELECT array_agg(CASE number WHEN place THEN value END
                                  ORDER BY number)
                                                           FROM generate_series(1, 10) AS number)));
$$;
SELECT is(pg_temp.decided(place, value), expected, format('%s: %s', place, value))
  FROM (VALUES
        (1, 'n', '2'), (2, 't', '2'), (3, 'X', '2'), (3, 'AAPL.XNAS', '1'), (4, 'failure', ''),
        (5, '2026-03-02 09:02+00', '2'),
        (6, '2026-03-02 09:02+00', '1'), (7, '2011-01-01 00:00+00', '1'), (8, '2011-01-01 00:00+00', '2'),
        (9, '{"sharpe_ratio": {">": 2}}', '2'), (10, '{good}', '1'),
        (1, 'n'' OR true --', ''), (2, E't\\'' OR true --', ''), (3, 'X''] OR true --', ''),
        (10, '{"x'') OR true --"}', '')
       ) AS example (place, value, expected);

-- Whatever the session's settings, the text means the same in others.
SET LOCAL datestyle = 'SQL, DMY';
SET LOCAL timezone = 'Asia/Kolkata';
CREATE TEMPORARY TABLE written AS
SELECT search_conditions(NULL, NULL, NULL, NULL, make_timestamptz(2026, 3, 2, 14, 32, 0), NULL, NULL, NULL, NULL,
                         NULL) AS condition;
SET LOCAL datestyle = 'ISO, MDY';
SET LOCAL timezone = 'America/New_York';
SELECT is(pg_temp.places('SELECT run.run_id FROM btsql.backtest_run AS run WHERE ' || condition), '2',
          'times are written with their offset')
  FROM written;

SELECT throws_ok(format('SELECT pg_temp.condition(NULL, NULL, NULL, %L, NULL, NULL, NULL, NULL, NULL, NULL)',
                        given), '22023',
                 format('status is "%s", not success, failure or interrupted', left(given, 100)),
                     format('there is no status "%s"', left(given, 20)))
  FROM (VALUES ('running'), ('Success'), (''), ('success'' OR true --'), (repeat('x', 500))) AS example (given);
SELECT is(pg_temp.diagnostics(format('SELECT pg_temp.condition(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, %L, NULL)', metrics))
          ->> 'sqlstate', '22023', metrics || ' is refused')
  FROM (VALUES ('[]'), ('{"a": 1}'), ('{"cagr": "x"}')) AS example (metrics);

SELECT * FROM finish();
ROLLBACK;
