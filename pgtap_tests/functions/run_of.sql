-- Tests of functions/run_of
BEGIN;
\ir ../fixtures.psql
SELECT plan(24);

SELECT has_function('btsql', 'run_of', ARRAY['jsonb']);
SELECT function_returns('btsql', 'run_of', ARRAY['jsonb'], 'backtest_run');
SELECT function_lang_is('btsql', 'run_of', ARRAY['jsonb'], 'plpgsql');
SELECT volatility_is('btsql', 'run_of', ARRAY['jsonb'], 'volatile');

CREATE TEMPORARY VIEW made AS
SELECT (run_of(pg_temp.failure_record(
    '{"origin_run_id": "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "changes": {"fast_period": [10, 12]},
      "duration_seconds": 2.500, "initial_capital": 1000.00}'))).*;

SELECT results_eq(
    $$ SELECT run_id, started_at, duration_seconds::text, status FROM made $$,
    $$ VALUES ('019cade2-123b-7abc-8def-a1b2c3d4e5f6'::uuid, timestamptz '2026-03-02 09:30:00.123456+00', '2.5', 'failure') $$,
    'execution');
SELECT results_eq(
    $$ SELECT strategy_type, strategy_name, strategy_path, parameters FROM made $$,
    $$ VALUES ('sma_crossover', 'first try', 'btsql.strategies.sma_crossover:SMACrossover',
        '{"fast_period": 10, "slow_period": 30}'::jsonb) $$,
    'strategy');
SELECT results_eq(
    $$ SELECT instruments, data_start, data_end, data_source, initial_capital::text, currency FROM made $$,
    $$ VALUES ('{AAPL.XNAS}'::text[], timestamptz '2020-01-02 00:00:00+00', timestamptz '2024-12-31 00:00:00+00', 'csv', '1000',
        'USD') $$,
    'data and money');
SELECT results_eq(
    $$ SELECT error_type, error_message, error_traceback FROM made $$,
    $$ VALUES ('ValueError', 'no bars', 'Traceback: ...') $$,
    'error');
SELECT results_eq(
    $$ SELECT origin_run_id, changes, snapshot, environment, engine_figures FROM made $$,
    $$ VALUES ('017f22e2-79b0-7cc3-98c4-dc0c0c07398f'::uuid, '{"fast_period": [10, 12]}'::jsonb,
        '{"engine": {"trader_id": "TESTER-001"}}'::jsonb, '{"python": "3.13.1"}'::jsonb, '{"PnL (total)": 25000}'::jsonb) $$,
    'origin and documents');

SELECT is((run_of(pg_temp.success_record() - 'strategy_name')).strategy_name, 'sma_crossover', 'the label is the type by default');
SELECT is((run_of(pg_temp.success_record('{"strategy_name": null}'))).strategy_name, 'sma_crossover', 'for null too');
SELECT is(run_id_milliseconds((run_of(pg_temp.success_record() - 'run_id')).run_id), 1772443800123,
          'a missing id is made for the start of the run');
SELECT is(run_id_milliseconds((run_of(pg_temp.success_record() || '{"run_id": null}')).run_id), 1772443800123,
          'for null too');
SELECT is((run_of(pg_temp.success_record('{"error": null}'))).error_type, NULL, 'a null error is none');

SELECT throws_ok(format('SELECT btsql.run_of(%L)', pg_temp.success_record() || jsonb_build_object(key, value)),
                 state, format('key "%s" of the record is not a %s: "%s"', key, kind, value #>> '{}'),
                 format('%s cannot be %s', key, value))
  FROM (VALUES
        ('started_at',    '"2026-03-02T09:30:00"'::jsonb, '22007', 'time'),
        ('data_start',    '"2020-01-02"',                 '22007', 'time'),
        ('data_end',      '"2020-02-30T00:00:00Z"',       '22008', 'time'),
        ('run_id',        '"a1b2c3d4e5f6"',               '22P02', 'run id'),
        ('origin_run_id', '"@"',                          '22P02', 'run id')
       ) AS example (key, value, state, kind);

SELECT throws_ok(format('SELECT btsql.run_of(%L)', pg_temp.success_record() || '{"started_at": "1969-12-31T23:59:59Z"}'),
                 '22008', 'key "started_at" of the record is before 1970: "1969-12-31T23:59:59Z"',
                 'a run cannot have started before an id can carry its time');
SELECT is((run_of(pg_temp.success_record('{"data_start": "1850-01-01T00:00:00Z"}'))).data_start,
          timestamptz '1850-01-01 00:00:00+00', 'its data can be older');
SELECT throws_ok(format('SELECT btsql.run_of(%L)', pg_temp.success_record() - 'run_id' || jsonb_build_object(key, value)),
                 '22008', format('key "%s" of the record is before the year 1000 or after 9998: "%s"', key, value),
                 format('%s cannot be %s', key, value))
  FROM (VALUES
        ('started_at', '9999-12-31T23:59:59Z'),
        ('data_start', '0001-01-01T00:00:00+10:00'),
        ('data_end',   '9999-12-31T23:59:59-10:00')
       ) AS example (key, value);

SELECT * FROM finish();
ROLLBACK;
