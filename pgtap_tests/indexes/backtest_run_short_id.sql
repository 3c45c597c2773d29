-- Tests of indexes/backtest_run_short_id
BEGIN;
\ir ../fixtures.psql
SELECT plan(4);

SELECT has_index('btsql', 'backtest_run', 'backtest_run_short_id', 'there is an index of the short ids');
SELECT index_is_type('btsql', 'backtest_run', 'backtest_run_short_id', 'btree');
SELECT is(pg_get_indexdef('btsql.backtest_run_short_id'::regclass, 1, false), 'short_id(run_id)',
          'it indexes the last group of the id');

-- The query that find_run() asks, on enough rows for a plan to matter.
SELECT pg_temp.insert_run(jsonb_build_object(
           'run_id', pg_temp.id_at(started_at, substring(md5(number::text) FOR 12)), 'started_at', started_at))
  FROM generate_series(1, 2000) AS number
 CROSS JOIN LATERAL (SELECT timestamptz '2026-03-02 09:30:00+00' + number * interval '1 second' AS started_at) AS start;
ANALYZE btsql.backtest_run;

CREATE FUNCTION pg_temp.plan_of(query text)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
    RETURN plan;
END;
$$;

SELECT matches(pg_temp.plan_of($$ SELECT run_id FROM backtest_run
                                   WHERE short_id(run_id) COLLATE "C" >= 'c4ca'
                                     AND short_id(run_id) COLLATE "C" < 'c4cag' $$),
               '"Index Name": "backtest_run_short_id"', 'a range of first digits is a range of the index');

SELECT * FROM finish();
ROLLBACK;
