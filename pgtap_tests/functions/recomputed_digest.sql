-- Tests of functions/recomputed_digest
BEGIN;
\ir ../fixtures.psql
SELECT plan(14);

SELECT has_function('btsql', 'recomputed_digest', ARRAY['backtest_run']);
SELECT function_returns('btsql', 'recomputed_digest', ARRAY['backtest_run'], 'text');
SELECT function_lang_is('btsql', 'recomputed_digest', ARRAY['backtest_run'], 'plpgsql');
SELECT volatility_is('btsql', 'recomputed_digest', ARRAY['backtest_run'], 'stable');

SELECT pg_temp.record_at(1, '{"metrics": {"sharpe_ratio": 11, "cagr": "NaN"}}');
SELECT pg_temp.record_at(2);
SELECT pg_temp.record_at(3, '{}', 'failure');
SELECT pg_temp.record_at(4, '{}', 'interrupted');

SELECT is(recomputed_digest(run), run.record_digest, 'run ' || run.run_id || ' is what was recorded')
    FROM backtest_run AS run;
SELECT is((SELECT count(DISTINCT recomputed_digest(run)) FROM backtest_run AS run), 4::bigint, 'each has its own');
SELECT isnt(recomputed_digest(jsonb_populate_record(run, '{"currency": "EUR"}')), run.record_digest,
            'another row, another digest')
  FROM backtest_run AS run
 WHERE run_id = find_run('@~1');

-- A user's settings change nothing.
SET LOCAL timezone = 'Asia/Kolkata';
SET LOCAL extra_float_digits = -15;
SET LOCAL datestyle = 'SQL, DMY';
SET LOCAL intervalstyle = 'iso_8601';
SET LOCAL bytea_output = 'escape';
SELECT is(recomputed_digest(run), run.record_digest, 'run ' || run.run_id || ' under other settings')
    FROM backtest_run AS run;

SELECT * FROM finish();
ROLLBACK;
