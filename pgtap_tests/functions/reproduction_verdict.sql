-- Tests of functions/reproduction_verdict
BEGIN;
\ir ../fixtures.psql
SELECT plan(40);

SELECT has_function('btsql', 'reproduction_verdict', ARRAY['text', 'text']);
SELECT function_returns('btsql', 'reproduction_verdict', ARRAY['text', 'text'], 'setof record');
SELECT function_lang_is('btsql', 'reproduction_verdict', ARRAY['text', 'text'], 'plpgsql');
SELECT volatility_is('btsql', 'reproduction_verdict', ARRAY['text', 'text'], 'stable');
SELECT is((SELECT proargnames::text[] FROM pg_proc WHERE oid = 'btsql.reproduction_verdict'::regproc),
          '{reference,original,section,field,original_value,reproduced_value,differs,difference,note}',
          'columns of the result');

CREATE FUNCTION pg_temp.again(place integer, changes jsonb DEFAULT '{}', status text DEFAULT 'success', origin text DEFAULT '1aaa')
RETURNS uuid
LANGUAGE sql
AS $$
    SELECT pg_temp.record_at(place, jsonb_build_object('origin_run_id', find_run(origin)) || changes, status);
$$;
CREATE FUNCTION pg_temp.verdict(reference text, original text DEFAULT NULL)
RETURNS text
LANGUAGE sql
AS $$
    SELECT field || ', ' || note FROM btsql.reproduction_verdict(reference, original) WHERE section = 'verdict';
$$;
CREATE FUNCTION pg_temp.rows_of(reference text, wanted text)
RETURNS text
LANGUAGE sql
AS $$
    SELECT string_agg(concat_ws(' ', field, original_value, reproduced_value, difference), ', ')
      FROM btsql.reproduction_verdict(reference)
     WHERE section = wanted AND differs;
$$;

SELECT pg_temp.record_at(1);
SELECT pg_temp.again(2);
SELECT is(pg_temp.verdict('2aaa'), 'IDENTICAL, the same to the last bit: all of 17 metrics, all of 1 of the engine''s figures',
          'the same');
SELECT is((SELECT count(*) FROM reproduction_verdict('2aaa') WHERE differs), 0::bigint, 'then no row differs');
SELECT is(pg_temp.rows_of('2aaa', 'reason'), NULL, 'and none is a reason');
SELECT results_eq($$ SELECT section, count(*) FROM reproduction_verdict('2aaa') GROUP BY section ORDER BY section $$,
                  $$ VALUES ('figure', 1::bigint), ('metric', 17), ('run', 8), ('verdict', 1) $$, 'every field has a row');

-- One bit of one metric.
SELECT pg_temp.again(3, '{"metrics": {"sharpe_ratio": 1.5000000000000002}}');
SELECT is(split_part(pg_temp.verdict('3aaa'), ',', 1), 'DIFFERS', 'a metric that differs in its last bit');
SELECT is(pg_temp.rows_of('3aaa', 'metric'), 'sharpe_ratio 1.5 1.5000000000000002 2.220446049250313e-16',
          'is shown with its difference, reproduced - original');
SELECT is((SELECT field FROM reproduction_verdict('3aaa') WHERE section = 'reason'), 'unknown',
          'and without anything else that differs the reason is not known');

SELECT pg_temp.again(4, '{"metrics": {"total_return": 0.5}, "environment": {"python": "3.12.1", "data_fingerprint": "b"}}');
SELECT is((SELECT array_agg(field ORDER BY place) FROM reproduction_verdict('4aaa') WITH ORDINALITY
             AS found (section, field, one, other, differs, difference, note, place) WHERE section = 'reason'),
          '{python}', 'reasons are what differs around it');

-- Rejected metrics are compared as they were reported.
SELECT pg_temp.again(5, '{"metrics": {"sharpe_ratio": 11}}');
SELECT pg_temp.again(6, '{"metrics": {"sharpe_ratio": 12}}', origin => '5aaa');
SELECT pg_temp.again(7, '{"metrics": {"sharpe_ratio": 11}}', origin => '5aaa');
SELECT is(pg_temp.rows_of('6aaa', 'metric'), 'sharpe_ratio 11 12', 'metrics that were rejected differ all the same');
SELECT is(split_part(pg_temp.verdict('7aaa'), ',', 1), 'IDENTICAL', 'or are the same');

-- The engine's own figures, on one version only.
SELECT pg_temp.again(8, '{"engine_figures": {"PnL (total)": 25001}}');
SELECT is(pg_temp.rows_of('8aaa', 'figure'), 'PnL (total) 25000 25001 1', 'figures of the engine count');
SELECT pg_temp.record_at(10, '{"environment": {"nautilus_trader": "1.221.0"}}');
SELECT pg_temp.again(11, '{"environment": {"nautilus_trader": "1.231.0"}, "engine_figures": {"PnL (total)": 1}}', origin => '10aa');
SELECT is(pg_temp.verdict('11aa'), 'IDENTICAL, the same to the last bit: all of 17 metrics',
          'those of another version of the engine do not');
SELECT is((SELECT field FROM reproduction_verdict('11aa') WHERE section = 'caution'), 'engine version',
          'which is said, though all is the same');

-- Failures and interrupted runs.
SELECT pg_temp.record_at(12, '{}', 'failure');
SELECT pg_temp.again(13, '{}', 'failure', '12aa');
SELECT pg_temp.again(14, '{"error": {"type": "ValueError", "message": "no such bars"}}', 'failure', '12aa');
SELECT is(pg_temp.verdict('13aa'), 'IDENTICAL, failed with the same error', 'the same error is the same');
SELECT is(pg_temp.rows_of('14aa', 'run'), 'error_message no bars no such bars', 'another message is not');
SELECT pg_temp.record_at(28, '{"engine_figures": {"iterations": 100}}', 'failure');
SELECT pg_temp.again(29, '{"engine_figures": {"iterations": 100}}', 'failure', '28aa'),
       pg_temp.again(30, '{"engine_figures": {"iterations": 700}}', 'failure', '28aa'),
       pg_temp.again(31, '{"engine_figures": null}', 'failure', '28aa');
SELECT pg_temp.again(32, '{"engine_figures": {"iterations": 7}}', 'failure', '31aa');
SELECT is(pg_temp.verdict(reference) || coalesce('; ' || pg_temp.rows_of(reference, 'figure'), ''), expected, told)
  FROM (VALUES ('29aa', 'IDENTICAL, failed with the same error', 'a failure as far on'),
               ('30aa', 'DIFFERS, failure, then failure; iterations 100 700 600', 'the same error elsewhere is another failure'),
               ('31aa', 'IDENTICAL, failed with the same error', 'how far one had come is not known'),
               ('32aa', 'IDENTICAL, failed with the same error', 'nor the other'))
       AS example (reference, expected, told);
SELECT pg_temp.record_at(15, '{}', 'interrupted');
SELECT pg_temp.again(16, '{}', 'success', '15aa');
SELECT is(pg_temp.verdict('16aa') || '; ' || pg_temp.rows_of('16aa', 'reason'),
          'DIFFERS, interrupted, then success; early end process_gone success', 'an interrupted run that ends now');
SELECT pg_temp.again(19, '{}', 'interrupted', '15aa');
SELECT is(pg_temp.verdict('19aa'), 'DIFFERS, interrupted, then interrupted', 'what has no result is never the same');

-- Variations.
SELECT pg_temp.again(17, '{"changes": {"fast_period": {"from": 10, "to": 12}}, "parameters": {"fast_period": 12, "slow_period": 30},
                           "metrics": {"total_return": 0.5}}');
SELECT is(split_part(pg_temp.verdict('17aa'), ',', 1) || ': ' || pg_temp.rows_of('17aa', 'change'),
          'VARIATION: fast_period 10 12', 'a run that was varied says in what');
SELECT is(pg_temp.rows_of('17aa', 'metric'), 'total_return 0.25 0.5 0.25', 'and has the metrics side by side');
SELECT is(pg_temp.rows_of('17aa', 'caution'), NULL, 'and what it was varied in is no caution');

-- Data that was given again: known to be the same, wherever it is now, it is no variation.
CREATE FUNCTION pg_temp.on_data(fingerprint text, covers text DEFAULT 'every value of 9 items')
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT jsonb_build_object('environment', jsonb_build_object('data_fingerprint', fingerprint, 'data_fingerprint_covers', covers));
$$;
SELECT pg_temp.record_at(20, pg_temp.on_data('a'));
SELECT pg_temp.again(21, pg_temp.on_data('a') || '{"changes": {"data": {"from": "csv:/a", "to": "csv:/b"}}}', origin => '20aa'),
       pg_temp.again(22, pg_temp.on_data('b') || '{"changes": {"data": {"from": "csv:/a", "to": "csv:/b"}}}', origin => '20aa'),
       pg_temp.again(23, pg_temp.on_data('a', 'a sample') || '{"changes": {"data": {"from": "csv:/a", "to": "csv:/b"}}}', origin => '20aa'),
       pg_temp.again(24, pg_temp.on_data('a') || '{"changes": {"data": {"from": "csv:/a", "to": "csv:/b"}, "start": {"from": null, "to": "2021-01-01"}}}',
                     origin => '20aa'),
       pg_temp.again(25, pg_temp.on_data('a') || '{"metrics": {"total_return": 0.5}, "changes": {"data": {"from": "csv:/a", "to": "csv:/b"}}}',
                     origin => '20aa');
SELECT is(split_part(pg_temp.verdict(reference), ',', 1), expected, reference)
  FROM (VALUES ('21aa', 'IDENTICAL'), ('22aa', 'VARIATION'), ('23aa', 'VARIATION'), ('24aa', 'VARIATION'), ('25aa', 'DIFFERS'))
       AS example (reference, expected);

-- Where no metric has a value, nothing is known to be the same.
SELECT pg_temp.record_at(26, jsonb_build_object('engine_figures', NULL, 'metrics', (
           SELECT jsonb_object_agg(metric, NULL) FROM metric_definition())));
SELECT pg_temp.again(27, jsonb_build_object('engine_figures', NULL, 'metrics', (
           SELECT jsonb_object_agg(metric, NULL) FROM metric_definition())), origin => '26aa');
SELECT is(pg_temp.verdict('27aa'), 'DIFFERS, nothing to compare: neither run has a metric or a figure', 'nothing measured');
SELECT is((SELECT note FROM reproduction_verdict('27aa') WHERE section = 'reason'),
          'no metric has a value in either run, so that nothing could be compared', 'and why');

SELECT is(split_part(pg_temp.verdict('17aa', '1aaa'), ',', 1), 'DIFFERS', 'any two runs can be compared');

SELECT throws_ok($$ SELECT reproduction_verdict('1aaa') $$, '22023', 'run 1aaaaaaa reproduces no other run',
                 'a run of its own');
SELECT pg_temp.record_at(18, jsonb_build_object('origin_run_id', pg_temp.id_at('2020-01-01', 'ffffffffffff')));
SELECT throws_like($$ SELECT reproduction_verdict('18aa') $$, 'the run that 18aaaaaa reproduces is not recorded here: %',
                   'an original that is gone');
SELECT throws_ok($$ SELECT reproduction_verdict('0000') $$, 'P0002', 'no run answers to "0000"',
                 'an unknown reference is refused');

SELECT * FROM finish();
ROLLBACK;
