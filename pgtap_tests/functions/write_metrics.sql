-- Tests of functions/write_metrics
BEGIN;
\ir ../fixtures.psql
SELECT plan(10);

SELECT has_function('btsql', 'write_metrics', ARRAY['performance_metrics', 'jsonb']);
SELECT function_returns('btsql', 'write_metrics', ARRAY['performance_metrics', 'jsonb'], 'void');
SELECT function_lang_is('btsql', 'write_metrics', ARRAY['performance_metrics', 'jsonb'], 'plpgsql');
SELECT volatility_is('btsql', 'write_metrics', ARRAY['performance_metrics', 'jsonb'], 'volatile');

SELECT pg_temp.insert_run();

CREATE TEMPORARY TABLE given AS
SELECT jsonb_populate_record(NULL::performance_metrics,
           pg_temp.success_record() -> 'metrics'
           || jsonb_build_object('run_id', pg_temp.success_record() -> 'run_id', 'strategy_type', 'sma_crossover')) AS metrics;

SELECT lives_ok(
    $$ SELECT write_metrics(metrics, '{"cagr": {"reported_value": "NaN", "reason": "not a finite number"},
                                       "win_rate": {"reported_value": null, "reason": "no trades"}}') FROM given $$,
    'metrics and rejected metrics are written');
SELECT results_eq(
    $$ SELECT to_jsonb(stored) FROM performance_metrics AS stored $$,
    $$ SELECT to_jsonb(metrics) || jsonb_build_object('status', 'success', 'recorded_at', transaction_timestamp()) FROM given $$,
    'every column is stored as given, status and time by the database');
SELECT is_empty($$ SELECT key FROM performance_metrics AS stored, jsonb_each(to_jsonb(stored)) WHERE value = 'null' $$,
                'none is left out');
SELECT set_eq(
    'SELECT metric, reported_value, reason, run_id, recorded_at FROM rejected_metric',
    $$ VALUES ('cagr', 'NaN', 'not a finite number', pg_temp.id_at('2026-03-02 09:30:00.123+00'), transaction_timestamp()),
              ('win_rate', NULL, 'no trades', pg_temp.id_at('2026-03-02 09:30:00.123+00'), transaction_timestamp()) $$,
    'each rejected metric has its row');
SELECT is(pg_temp.refusal('SELECT write_metrics(metrics, NULL) FROM given'), '23505 performance_metrics_pkey',
          'a run has its metrics once');
SELECT is(pg_temp.refusal($$ SELECT write_metrics(jsonb_populate_record(metrics, '{"sharpe_ratio": 11}'), NULL) FROM given $$),
          '23514 performance_metrics_sharpe_ratio_in_range', 'nothing gets past the constraints of the table');

SELECT * FROM finish();
ROLLBACK;
