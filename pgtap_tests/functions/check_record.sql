-- Tests of functions/check_record
BEGIN;
\ir ../fixtures.psql
SELECT plan(132);

SELECT has_function('btsql', 'check_record', ARRAY['jsonb']);
SELECT function_returns('btsql', 'check_record', ARRAY['jsonb'], 'void');
SELECT function_lang_is('btsql', 'check_record', ARRAY['jsonb'], 'plpgsql');
SELECT volatility_is('btsql', 'check_record', ARRAY['jsonb'], 'immutable');

SELECT lives_ok(format('SELECT btsql.check_record(%L)', document), label)
  FROM (VALUES
        ('a success',                          pg_temp.success_record()),
        ('a failure',                          pg_temp.failure_record()),
        ('an interrupted run',                 pg_temp.interrupted_record()),
        ('an interrupted run with an error',
         pg_temp.interrupted_record('{"error": {"type": "Killed", "message": "signal 9"}}')),
        ('a failure that has nothing else to tell',
         pg_temp.failure_record() - '{instruments,data_start,data_end,initial_capital,currency,data_source}'::text[]),
        ('a success without any metric',       pg_temp.success_record('{"metrics": {}}')),
        ('metrics that are no numbers',        pg_temp.success_record(
            '{"metrics": {"sharpe_ratio": null, "cagr": "NaN", "volatility": "Infinity", "net_profit": "-Infinity"}}')),
        ('a reason for a null metric',         pg_temp.success_record(
            '{"metrics": {"win_rate": null}, "undefined_metrics": {"win_rate": "no trades"}}')),
        ('a reason for an absent metric',      pg_temp.success_record(
            '{"metrics": {}, "undefined_metrics": {"win_rate": "no trades"}}')),
        ('null for what is not required',      pg_temp.success_record(
            '{"error": null, "undefined_metrics": null, "origin_run_id": null, "changes": null, "strategy_name": null}')),
        ('a metric of any size',               pg_temp.success_record('{"metrics": {"net_profit": 1e5000}}')),
        ('null metrics of a failure',          pg_temp.failure_record() || '{"metrics": null, "undefined_metrics": null}')
       ) AS example (label, document);

SELECT throws_ok(format('SELECT btsql.check_record(%L)', document), '22023', message, message)
  FROM (VALUES
        (NULL::jsonb,   'a record must be a JSON object, not SQL NULL'),
        ('null',        'a record must be a JSON object, not null'),
        ('[]',          'a record must be a JSON object, not array'),
        ('"success"',   'a record must be a JSON object, not string'),
        ('1',           'a record must be a JSON object, not number'),
        ('true',        'a record must be a JSON object, not boolean'),
        ('{}',          'key "status" of the record is missing, not success, failure or interrupted'),
        (pg_temp.success_record('{"status": null}'),
                        'key "status" of the record is missing, not success, failure or interrupted'),
        (pg_temp.success_record('{"status": "running"}'),
                        'key "status" of the record is ''running'', not success, failure or interrupted'),
        (pg_temp.success_record('{"status": "Success"}'),
                        'key "status" of the record is ''Success'', not success, failure or interrupted'),
        (pg_temp.success_record('{"status": 1}'),
                        'key "status" of the record is ''1'', not success, failure or interrupted'),
        (pg_temp.success_record() - 'currency',
                        'missing key "currency" in the record of a run with status success'),
        (pg_temp.failure_record('{"error": {"type": "ValueError"}}'),
                        'missing key "message" in the error of a run with status failure'),
        (pg_temp.failure_record('{"error": {"type": "ValueError", "message": "no", "code": 1}}'),
                        'unknown key "code" in the error'),
        (pg_temp.interrupted_record('{"error": {}}'),
                        'missing key "message" in the error of a run with status interrupted'),
        (pg_temp.success_record('{"instruments": ["AAPL.XNAS", 1]}'),
                        'key "instruments" of the record must hold texts only'),
        (pg_temp.success_record('{"instruments": [null]}'),
                        'key "instruments" of the record must hold texts only'),
        (pg_temp.success_record('{"instruments": [{"id": "AAPL.XNAS"}]}'),
                        'key "instruments" of the record must hold texts only'),
        (pg_temp.success_record('{"instruments": [["AAPL.XNAS"]]}'),
                        'key "instruments" of the record must hold texts only'),
        (pg_temp.failure_record() || '{"metrics": {}}',
                        'key "metrics" belongs to a success only, and this run is recorded as failure'),
        (pg_temp.interrupted_record() || '{"metrics": {}}',
                        'key "metrics" belongs to a success only, and this run is recorded as interrupted'),
        (pg_temp.failure_record() || '{"undefined_metrics": {}}',
                        'key "undefined_metrics" belongs to a success only, and this run is recorded as failure'),
        (pg_temp.success_record('{"parameters": {"a": 1e5000}}'),
                        'key "parameters" of the record has a number of more than 4,300 digits'),
        (pg_temp.success_record('{"initial_capital": 1e5000}'),
                        'key "initial_capital" of the record has a number of more than 4,300 digits'),
        (pg_temp.success_record(('{"snapshot": ' || repeat('{"a": ', 2000) || '1' || repeat('}', 2001))::jsonb),
                        'key "snapshot" of the record is nested more than 200 levels deep'),
        (pg_temp.success_record('{"metrics": {"sharpe": 1}}'),
                        'unknown key "sharpe" in the metrics'),
        (pg_temp.success_record('{"undefined_metrics": {"sharpe": "why"}}'),
                        'unknown key "sharpe" in the undefined_metrics'),
        (pg_temp.success_record('{"undefined_metrics": {"win_rate": "there is one"}}'),
                        'key "win_rate" of the undefined_metrics must be a text, for a metric that has no value'),
        (pg_temp.success_record('{"metrics": {}, "undefined_metrics": {"win_rate": 1}}'),
                        'key "win_rate" of the undefined_metrics must be a text, for a metric that has no value'),
        (pg_temp.success_record('{"metrics": {}, "undefined_metrics": {"win_rate": null}}'),
                        'key "win_rate" of the undefined_metrics must be a text, for a metric that has no value')
       ) AS example (document, message);

-- What a metric cannot be, for every metric.
SELECT throws_ok(format('SELECT btsql.check_record(%L)', pg_temp.success_record(
                     jsonb_build_object('metrics', jsonb_build_object(metric, wrong)))),
                 '22023',
                 format('key "%s" of the metrics must be a number, null, NaN, Infinity or -Infinity, not %s', metric, wrong),
                 format('%s cannot be %s', metric, wrong))
  FROM metric_definition()
 CROSS JOIN (VALUES ('"1.5"'::jsonb), ('"nan"'), ('true'), ('[1]'), ('{"a": 1}')) AS example (wrong);

SELECT matches(pg_temp.diagnostics(format('SELECT btsql.check_record(%L)',
                                          pg_temp.success_record('{"metrics": {"x": 1}}'))) ->> 'hint',
               '^Known metrics: total_return, cagr, .*, periods_per_year\.$', 'the hint lists the known metrics');

SELECT * FROM finish();
ROLLBACK;
