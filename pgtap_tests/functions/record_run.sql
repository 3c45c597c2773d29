-- Tests of functions/record_run: what is stored of a record, and the life of a run. Forms of a record that are refused
-- key by key: functions/check_keys.sql and check_record.sql; the rules of the tables: tables/.
BEGIN;
\ir ../fixtures.psql
SELECT plan(254);

SELECT has_function('btsql', 'record_run', ARRAY['jsonb']);
SELECT function_returns('btsql', 'record_run', ARRAY['jsonb'], 'uuid');
SELECT function_lang_is('btsql', 'record_run', ARRAY['jsonb'], 'plpgsql');
SELECT volatility_is('btsql', 'record_run', ARRAY['jsonb'], 'volatile');

-- A success.
SELECT is(record_run(pg_temp.success_record()), '019cade2-123b-7abc-8def-a1b2c3d4e5f6',
          'the id of the run is returned');
SELECT is((SELECT to_jsonb(run) - '{record_digest,config_hash}'::text[] FROM backtest_run AS run),
          pg_temp.success_record() - '{metrics}'::text[]
          || jsonb_build_object('error_type', NULL, 'error_message', NULL, 'error_traceback', NULL, 'origin_run_id',
                                NULL,
                                'changes', NULL, 'replaced_interrupted_at', NULL, 'recorded_at',
                                    transaction_timestamp(),
                                'started_at', timestamptz '2026-03-02 09:30:00.123456+00',
                                'data_start', timestamptz '2020-01-02 00:00:00+00',
                                'data_end', timestamptz '2024-12-31 00:00:00+00'),
          'the run is what the record says');
SELECT is((SELECT to_jsonb(metrics) - '{run_id,recorded_at,status,strategy_type}'::text[]
           FROM performance_metrics AS metrics),
          pg_temp.success_record() -> 'metrics', 'the metrics too');
SELECT results_eq('SELECT run_id, recorded_at, status, strategy_type FROM performance_metrics',
                  'SELECT run_id, recorded_at, status, strategy_type FROM backtest_run', 'they belong to it');
SELECT is_empty('SELECT metric FROM rejected_metric', 'nothing is rejected');
SELECT matches(record_digest, '^[0-9a-f]{64}$', 'the record has a digest') FROM backtest_run;

-- Life of a run: the same again, and other content.
CREATE TEMPORARY TABLE before AS SELECT run.*, run.xmin AS version FROM backtest_run AS run;

SELECT is(record_run(pg_temp.success_record()), '019cade2-123b-7abc-8def-a1b2c3d4e5f6',
          'the same record again is harmless');
SELECT is(record_run(pg_temp.success_record('{"initial_capital": 100000.00, "data_start": "2020-01-02T01:00:00+01:00"}')),
          '019cade2-123b-7abc-8def-a1b2c3d4e5f6', 'however it is written');
SELECT results_eq('SELECT run.*, run.xmin AS version FROM backtest_run AS run', 'SELECT * FROM before',
                  'nothing has changed');
SELECT is((SELECT count(*) FROM performance_metrics), 1::bigint, 'the metrics are there once');

SELECT is(pg_temp.refusal(format('SELECT record_run(%L)', other)), '23505 backtest_run_content_is_final',
          label || ' is refused')
  FROM (VALUES
        ('another parameter',            pg_temp.success_record('{"parameters": {}}')),
        ('another label',                pg_temp.success_record('{"strategy_name": "second try"}')),
        ('another metric',               pg_temp.success_record('{"metrics": {}}')),
        ('a failure after the success',  pg_temp.failure_record()),
        ('"interrupted" after the success', pg_temp.interrupted_record())
       ) AS example (label, other);

DELETE FROM backtest_run;
SELECT is_empty('SELECT run_id FROM performance_metrics', 'a deleted run takes its metrics along');

-- A failure.
SELECT is(record_run(pg_temp.failure_record()), '019cade2-123b-7abc-8def-a1b2c3d4e5f6', 'a failure is recorded');
SELECT results_eq('SELECT status, error_type, error_message, error_traceback FROM backtest_run',
                  $$ VALUES ('failure', 'ValueError', 'no bars', 'Traceback: ...') $$, 'with its error');
SELECT is_empty('SELECT run_id FROM performance_metrics', 'and without metrics');
SELECT is(pg_temp.refusal(format('SELECT record_run(%L)', other)), '23505 backtest_run_content_is_final',
          label || ' is refused')
  FROM (VALUES
        ('a success after the failure',  pg_temp.success_record()),
        ('"interrupted" after the failure', pg_temp.interrupted_record())
       ) AS example (label, other);
SELECT is(pg_temp.refusal($$ SELECT pg_temp.insert_metrics() $$), '23503 performance_metrics_belong_to_their_run',
          'a failure takes no metrics');
DELETE FROM backtest_run;

-- A session in which records were refused goes on recording: plans made after an error once left failures out.
SELECT record_run(pg_temp.success_record());
SELECT is(pg_temp.refusal('SELECT record_run(pg_temp.success_record(''{"strategy_name": "other"}''))'),
          '23505 backtest_run_content_is_final', 'a record is refused, ' || time || ' of 10')
  FROM generate_series(1, 10) AS time;
SELECT record_run(pg_temp.failure_record('{"started_at": "2026-03-02T09:32:00Z"}'));
SELECT record_run(pg_temp.interrupted_record('{"started_at": "2026-03-02T09:33:00Z"}'));
SELECT results_eq('SELECT status FROM backtest_run ORDER BY run_id', $$ VALUES ('success'), ('failure'),
                  ('interrupted') $$,
                  'a failure and an interrupted run are recorded all the same');
DELETE FROM backtest_run;

-- A run called interrupted, by an earlier transaction, turns out to have finished. It may be called so twice.
CREATE FUNCTION pg_temp.call_interrupted()
RETURNS void
LANGUAGE sql
AS $$
    SELECT pg_temp.insert_earlier('btsql.backtest_run', to_jsonb(run) || jsonb_build_object(
               'record_digest', btsql.record_digest(run, NULL, NULL)))
      FROM (SELECT btsql.run_of(pg_temp.interrupted_record()) AS run) AS lost;
$$;

SELECT pg_temp.call_interrupted();
SELECT results_eq('SELECT status, recorded_at, replaced_interrupted_at FROM backtest_run',
                  $$ VALUES ('interrupted', timestamptz '2026-03-02 09:31:00+00', NULL::timestamptz) $$,
                      'called interrupted');
SELECT lives_ok('SELECT record_run(pg_temp.interrupted_record())', 'called so again');
SELECT is(pg_temp.refusal($$ SELECT record_run(pg_temp.interrupted_record('{"environment": {}}')) $$),
          '23505 backtest_run_content_is_final', 'not in other words');
SELECT is((SELECT recorded_at FROM backtest_run), timestamptz '2026-03-02 09:31:00+00', 'nothing has changed');
SELECT is(pg_temp.refusal($$ SELECT pg_temp.insert_metrics() $$), '23503 performance_metrics_belong_to_their_run',
          'an interrupted run takes no metrics');

SELECT is(record_run(pg_temp.success_record()), '019cade2-123b-7abc-8def-a1b2c3d4e5f6', 'its success takes the place');
SELECT results_eq('SELECT status, recorded_at, replaced_interrupted_at FROM backtest_run',
                  $$ VALUES ('success', transaction_timestamp(), timestamptz '2026-03-02 09:31:00+00') $$,
                  'and the row says what it replaced');
SELECT is((SELECT to_jsonb(metrics) - '{run_id,recorded_at,status,strategy_type}'::text[]
           FROM performance_metrics AS metrics),
          pg_temp.success_record() -> 'metrics', 'its metrics have come with it');
SELECT lives_ok('SELECT record_run(pg_temp.success_record())', 'the same success again is harmless');
SELECT is(pg_temp.refusal('SELECT record_run(pg_temp.interrupted_record())'), '23505 backtest_run_content_is_final',
          '"interrupted", late, cannot take it back');
SELECT is(pg_temp.refusal('SELECT record_run(pg_temp.failure_record())'), '23505 backtest_run_content_is_final',
          'nor can a failure');
SELECT results_eq('SELECT status, replaced_interrupted_at FROM backtest_run',
                  $$ VALUES ('success', timestamptz '2026-03-02 09:31:00+00') $$, 'it stays a success');

DELETE FROM backtest_run;
SELECT pg_temp.call_interrupted();
SELECT lives_ok('SELECT record_run(pg_temp.failure_record())', 'a failure takes the place');
SELECT results_eq('SELECT status, recorded_at, replaced_interrupted_at FROM backtest_run',
                  $$ VALUES ('failure', transaction_timestamp(), timestamptz '2026-03-02 09:31:00+00') $$,
                  'and the row says what it replaced');
SELECT is(pg_temp.refusal('SELECT record_run(pg_temp.success_record())'), '23505 backtest_run_content_is_final',
          'and is final');
DELETE FROM backtest_run;

-- Whole or not at all.
SELECT is(pg_temp.refusal($$ SELECT record_run(pg_temp.success_record('{"currency": " "}')) $$),
          '23514 backtest_run_currency_is_named', 'a broken rule of a table is named');
SELECT is(pg_temp.refusal($$ SELECT record_run(pg_temp.success_record('{"instruments": []}')) $$),
          '23514 backtest_run_instruments_are_named', 'no instrument');
SELECT is(pg_temp.refusal($$ SELECT record_run(pg_temp.success_record('{"run_id": "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"}')) $$),
          '23514 backtest_run_id_carries_start', 'an id of another time');
SELECT is(pg_temp.refusal($$ SELECT record_run(pg_temp.success_record('{"error": {"type": "E", "message": "m"}}')) $$),
          '23514 backtest_run_success_has_no_error', 'a success with an error');
SELECT is_empty('SELECT run_id FROM backtest_run', 'nothing is left of them');

-- The form is checked before anything else, key by key.
SELECT throws_ok(format('SELECT btsql.record_run(%L)', pg_temp.success_record() - key), '22023',
                 CASE key WHEN 'status' THEN 'key "status" of the record is missing, not success, failure or interrupted'
                          ELSE format('missing key "%s" in the record of a run with status success', key) END,
                 'a record without ' || key)
  FROM record_key()
 WHERE part = 'record' AND 'success' = ANY (required_for);
SELECT throws_ok(format('SELECT btsql.record_run(%L)', pg_temp.success_record() || jsonb_build_object(key, true)),
                 '22023',
                 CASE key WHEN 'status' THEN 'key "status" of the record is ''true'', not success, failure or interrupted'
                          ELSE format('key "%s" of the record must be a JSON %s, not boolean', key, types[1]) END,
                 key || ' of a wrong type')
  FROM record_key()
 WHERE part = 'record';
SELECT throws_ok(format('SELECT btsql.record_run(%L)', pg_temp.success_record() || jsonb_build_object(name, 'x')),
                 '22023',
                 format('unknown key "%s" in the record', name), format('the column %s is no key', name))
  FROM pg_temp.columns_of('btsql.backtest_run')
 WHERE name NOT IN (SELECT key FROM record_key() WHERE part = 'record');
SELECT throws_ok('SELECT btsql.record_run(NULL)', '22023', 'a record must be a JSON object, not SQL NULL', 'no record');

-- Without an id one is made; each time another.
SELECT isnt(record_run(pg_temp.success_record() - 'run_id'), record_run(pg_temp.success_record() - 'run_id'),
            'a record without an id is a new run each time');
SELECT is_empty('SELECT run_id FROM backtest_run WHERE run_id_milliseconds(run_id) <> 1772443800123',
                'whose id carries its start');
DELETE FROM backtest_run;

-- A bad metric never loses a run. Beyond each bound, and not a number: NULL in the table, the value and the reason kept.
CREATE TEMPORARY TABLE bad (metric text, reported jsonb, reason text);
INSERT INTO bad
VALUES ('total_return',      '-1.0000000000000002', 'outside -1 .. 100'),
       ('total_return',      '100.00000000000001',  'outside -1 .. 100'),
       ('cagr',              '-1.0000000000000002', 'outside -1 .. 100'),
       ('cagr',              '100.00000000000001',  'outside -1 .. 100'),
       ('annualized_return', '-1.0000000000000002', 'outside -1 .. 100'),
       ('annualized_return', '100.00000000000001',  'outside -1 .. 100'),
       ('sharpe_ratio',      '-10.000000000000002', 'outside -10 .. 10'),
       ('sharpe_ratio',      '10.000000000000002',  'outside -10 .. 10'),
       ('sortino_ratio',     '-100.00000000000001', 'outside -100 .. 100'),
       ('sortino_ratio',     '100.00000000000001',  'outside -100 .. 100'),
       ('max_drawdown',      '-1.0000000000000002', 'outside -1 .. 0'),
       ('max_drawdown',      '5e-324',              'outside -1 .. 0'),
       ('volatility',        '-5e-324',             'outside 0 .. 100'),
       ('volatility',        '100.00000000000001',  'outside 0 .. 100'),
       ('total_trades',      '-1',                  'outside 0 .. 2147483647'),
       ('total_trades',      '2147483648',          'outside 0 .. 2147483647'),
       ('winning_trades',    '-1',                  'outside 0 .. 2147483647'),
       ('winning_trades',    '1e400',               'outside 0 .. 2147483647'),
       ('losing_trades',     '-1',                  'outside 0 .. 2147483647'),
       ('losing_trades',     '0.5',                 'not a whole number'),
       ('win_rate',          '-5e-324',             'outside 0 .. 1'),
       ('win_rate',          '1.0000000000000002',  'outside 0 .. 1'),
       ('win_rate',          '75',                  'outside 0 .. 1'),
       ('profit_factor',     '-5e-324',             'outside 0 .. 1000000'),
       ('profit_factor',     '1000000.0000000001',  'outside 0 .. 1000000'),
       ('average_win',       '-1e-400',             'outside 0 .. 1e300'),
       ('average_win',       '1e400',               'outside 0 .. 1e300'),
       ('average_loss',      '1e-400',              'outside -1e300 .. 0'),
       ('average_loss',      '-1e400',              'outside -1e300 .. 0'),
       ('final_equity',      '1e400',               'outside -1e300 .. 1e300'),
       ('net_profit',        '-1e400',              'outside -1e300 .. 1e300'),
       ('periods_per_year',  '260',                 'neither 252 nor 365'),
       ('periods_per_year',  '366',                 'outside 252 .. 365');
INSERT INTO bad
SELECT metric, reported, 'not a finite number'
  FROM metric_definition()
 CROSS JOIN (VALUES ('"NaN"'::jsonb), ('"Infinity"'), ('"-Infinity"')) AS special (reported);

-- What a record with one metric changed has in its row for it, and in rejected_metric.
CREATE FUNCTION pg_temp.stored_as(metric text, reported jsonb, reason text DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    found text;
BEGIN
    PERFORM btsql.record_run(pg_temp.success_record(jsonb_build_object(
        'metrics', jsonb_build_object(stored_as.metric, stored_as.reported),
        'undefined_metrics', jsonb_strip_nulls(jsonb_build_object(stored_as.metric, stored_as.reason)))));
    SELECT to_jsonb(metrics) -> stored_as.metric
           || (SELECT coalesce(jsonb_agg(to_jsonb(rejected) - '{run_id,recorded_at}'::text[]), '[]')
                 FROM btsql.rejected_metric AS rejected)
      INTO found
      FROM btsql.performance_metrics AS metrics;
    RAISE EXCEPTION '%', found USING ERRCODE = 'BT000';
EXCEPTION
    WHEN SQLSTATE 'BT000' THEN
        RETURN SQLERRM;
END;
$$;

SELECT is(pg_temp.stored_as(metric, reported),
          jsonb_build_array(NULL, jsonb_build_object('metric', metric, 'reported_value', reported #>> '{}', 'reason',
                                                     reason)),
          format('%s of %s is rejected, not the run', metric, left(reported::text, 30)))
  FROM bad;

-- At the bound it is taken.
SELECT is(pg_temp.stored_as(metric, to_jsonb(bound)), jsonb_build_array(bound::double precision),
          format('%s can be %s', metric, bound::double precision))
  FROM metric_definition()
 CROSS JOIN LATERAL unnest(ARRAY[lowest, highest]) AS bound;

SELECT is(pg_temp.stored_as('sharpe_ratio', '1e-400'), '[0]', 'what is too small for double precision is 0');
SELECT is(pg_temp.stored_as('sharpe_ratio', '0.12345678901234567890123'), '[0.12345678901234568]',
          'digits beyond it are rounded');
SELECT is(pg_temp.stored_as('sharpe_ratio', 'null'), '[null]', 'null is NULL');
SELECT is(pg_temp.stored_as('win_rate', 'null', 'no trades'),
          '[null, {"metric": "win_rate", "reported_value": null, "reason": "no trades"}]',
              'with the reason when there is one');

SELECT lives_ok($$ SELECT pg_temp.record_with_metrics('{"total_trades": 3}') $$,
                'counts that do not add up do not lose the run');
SELECT set_eq('SELECT metric FROM rejected_metric', '{total_trades,winning_trades,losing_trades}'::text[],
              'they are rejected');
SELECT is((SELECT num_nulls(total_trades, winning_trades, losing_trades) FROM performance_metrics), 3, 'and NULL');
DELETE FROM backtest_run;
SELECT lives_ok($$ SELECT pg_temp.record_with_metrics('{"win_rate": 0.5}') $$,
                'a rate that is not won / total does not lose it');
SELECT set_eq('SELECT metric FROM rejected_metric', '{win_rate}'::text[], 'it is rejected');
DELETE FROM backtest_run;

-- Large and strange content.
SELECT lives_ok(
    $$ SELECT record_run(pg_temp.success_record(jsonb_build_object('parameters', document, 'snapshot', document)))
         FROM (SELECT jsonb_object_agg('parameter_' || number, repeat('x', 100)) AS document
                 FROM generate_series(1, 1000) AS number) AS large $$,
    'parameters of over 100 kB are recorded');
SELECT cmp_ok(length(parameters::text), '>', 100000, 'whole') FROM backtest_run;
SELECT is(config_hash, run_config_hash(strategy_path, parameters), 'and hashed') FROM backtest_run;
DELETE FROM backtest_run;
SELECT lives_ok($$ SELECT record_run(pg_temp.failure_record(
                       '{"strategy_name": "Größe ''; DROP TABLE x; -- 😀", "instruments": ["ES.{n}.\"0\", a\\b"],
                         "error": {"type": "E", "message": "line 1\nline 2\ttab", "traceback": ""}}')) $$,
                'quotes, braces, line ends and other scripts are text like any other');
SELECT results_eq('SELECT strategy_name, instruments[1], error_message FROM backtest_run',
                  $$ VALUES ('Größe ''; DROP TABLE x; -- 😀', 'ES.{n}."0", a\b', E'line 1\nline 2\ttab') $$,
                      'and come back as they were');
DELETE FROM backtest_run;
SELECT lives_ok($$ SELECT record_run(pg_temp.success_record('{"duration_seconds": 1e-400, "initial_capital": 1e-400}')) $$,
                'numbers beyond double precision');
SELECT results_eq('SELECT duration_seconds, initial_capital FROM backtest_run',
                  'VALUES (1e-400::numeric, 1e-400::numeric)', 'are kept exactly where money and time are');
DELETE FROM backtest_run;

-- An origin is kept, known here or not.
SELECT lives_ok($$ SELECT record_run(pg_temp.success_record(
                       '{"origin_run_id": "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "changes": {"fast_period": [10, 12]}}')) $$,
                'a run that reproduces an unknown one');
SELECT results_eq('SELECT origin_run_id, changes FROM backtest_run',
                  $$ VALUES ('017f22e2-79b0-7cc3-98c4-dc0c0c07398f'::uuid, '{"fast_period": [10, 12]}'::jsonb) $$,
                  'keeps what it reproduced and what was varied');

-- The search index of the parameters (what it holds of each: functions/write_parameters.sql).
DELETE FROM backtest_run;
CREATE TEMPORARY VIEW indexed AS
SELECT jsonb_object_agg(name, value) AS parameters, count(*) AS rows FROM run_parameter;

SELECT record_run(record)
  FROM (VALUES (pg_temp.success_record()), (pg_temp.failure_record('{"started_at": "2026-03-02T09:31:00Z"}')),
               (pg_temp.interrupted_record('{"started_at": "2026-03-02T09:32:00Z"}'))) AS given (record);
SELECT results_eq('SELECT run_id, jsonb_object_agg(name, value) FROM run_parameter GROUP BY run_id ORDER BY run_id',
                  'SELECT run_id, parameters FROM backtest_run ORDER BY run_id',
                      'every kind of run is in the search index');
SELECT lives_ok('SELECT record_run(pg_temp.success_record())', 'the same record again');
SELECT is(rows, 6::bigint, 'adds nothing to it') FROM indexed;
SELECT is(pg_temp.refusal($$ SELECT record_run(pg_temp.success_record('{"parameters": {"other": 1}}')) $$),
          '23505 backtest_run_content_is_final', 'nor does a record');
SELECT is(rows, 6::bigint, 'that is refused') FROM indexed;
DELETE FROM backtest_run;
SELECT is(rows, 0::bigint, 'deleted runs leave it') FROM indexed;

SELECT pg_temp.call_interrupted();
SELECT lives_ok($$ SELECT record_run(pg_temp.success_record('{"parameters": {"fast_period": 12, "mode": "b"}}')) $$,
                'a record that takes the place of an interrupted one');
SELECT ok('{"fast_period": 12, "mode": "b"}' <@ parameters, 'brings its own parameters') FROM indexed;
DELETE FROM backtest_run;

-- No parameter that can be read back, however strange, loses a run.
SELECT is(pg_temp.refusal(format('SELECT record_run(%L)',
                                 pg_temp.success_record(jsonb_build_object('parameters', given)))), 'accepted', label)
  FROM (VALUES ('no parameters', '{}'::jsonb),
               ('a number beyond double precision', '{"p": 1e400, "q": -1e-400}'),
               ('a number of many digits',
                jsonb_build_object('p', (repeat('7', 4300) || '.' || repeat('3', 5000))::numeric)),
               ('a name that no index could hold', jsonb_build_object((SELECT string_agg(md5(n::text), '')
                                                                         FROM generate_series(1, 500) AS n), 1)),
               ('a text that no index could hold', jsonb_build_object('p', (SELECT string_agg(md5(n::text), '')
                                                                              FROM generate_series(1, 500) AS n))),
               ('objects, arrays and null', '{"o": {"a": [1]}, "l": [{}], "n": null}'),
               ('an empty name', '{"": ""}')) AS example (label, given);

SELECT * FROM finish();
ROLLBACK;
