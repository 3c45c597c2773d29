-- Tests of functions/get_run
BEGIN;
\ir ../fixtures.psql
SELECT plan(27);

SELECT has_function('btsql', 'get_run', ARRAY['text']);
SELECT function_returns('btsql', 'get_run', ARRAY['text'], 'setof run_details');
SELECT function_lang_is('btsql', 'get_run', ARRAY['text'], 'plpgsql');
SELECT volatility_is('btsql', 'get_run', ARRAY['text'], 'stable');

-- A success with everything, each metric of another value, two of them rejected.
CREATE TEMPORARY TABLE given AS
SELECT pg_temp.success_record(
           '{"origin_run_id": "017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "changes": {"fast_period": [10, 12]}}')
       || jsonb_build_object(
           'metrics', pg_temp.success_record() -> 'metrics'
                      || '{"annualized_return": 0.06, "sharpe_ratio": 11, "profit_factor": null}',
           'undefined_metrics', '{"profit_factor": "no losers"}'::jsonb) AS record;
SELECT record_run(record) FROM given;

CREATE TEMPORARY VIEW got AS SELECT to_jsonb(details) AS details FROM get_run('@') AS details;

SELECT is((SELECT count(*) FROM got), 1::bigint, 'one row');
SELECT is(details - '{config_hash,record_digest,recorded_at}'::text[],
          record - '{metrics,undefined_metrics}'::text[]
          || (record -> 'metrics')
          || jsonb_build_object(
              'short_id', 'a1b2c3d4e5f6',
              'started_at', timestamptz '2026-03-02 09:30:00.123456+00',
              'data_start', timestamptz '2020-01-02 00:00:00+00',
              'data_end', timestamptz '2024-12-31 00:00:00+00',
              'sharpe_ratio', NULL,
              'rejected_metrics', '{"sharpe_ratio": {"reported_value": "11", "reason": "outside -10 .. 10"},
                                    "profit_factor": {"reported_value": null, "reason": "no losers"}}'::jsonb,
              'error_type', NULL, 'error_message', NULL, 'error_traceback', NULL, 'replaced_interrupted_at', NULL,
              'tags', '[]'::jsonb, 'annotations', '[]'::jsonb),
          'has all that the record said, under the same names')
  FROM got, given;
SELECT is((details ->> 'recorded_at')::timestamptz, transaction_timestamp(), 'with the time of recording') FROM got;
SELECT is(details ->> 'config_hash', run_config_hash(record ->> 'strategy_path', record -> 'parameters'), 'the identity')
  FROM got, given;
SELECT is(details ->> 'record_digest', run.record_digest, 'and the digest') FROM got, backtest_run AS run;

-- What people said of it.
SELECT set_tags('@', add => '{keep,draft}'), set_tags('@', remove => '{draft}'), add_note('@', 'a note');
SELECT is(tags, '{keep}', 'tags are those that it has now') FROM get_run('@');
SELECT is((SELECT string_agg(format('%s %s %s', said ->> 'kind', said ->> 'content',
                                    (said ->> 'annotated_at')::timestamptz = transaction_timestamp()), ', ' ORDER BY place)
             FROM jsonb_array_elements(annotations) WITH ORDINALITY AS event (said, place)),
          'tag draft t, tag keep t, untag draft t, note a note t', 'and all that was said is there, in its order')
  FROM get_run('@');

-- A failure has no metrics.
DELETE FROM backtest_run;
SELECT record_run(pg_temp.failure_record());
SELECT results_eq($$ SELECT status, error_type, error_message, error_traceback FROM get_run('@') $$,
                  $$ VALUES ('failure', 'ValueError', 'no bars', 'Traceback: ...') $$, 'a failure has its error');
SELECT is_empty($$ SELECT value FROM got, jsonb_each(details) WHERE key IN (SELECT metric FROM metric_definition())
                      AND value <> 'null' $$, 'and no metrics');
SELECT is(details -> 'rejected_metrics', 'null', 'nor rejected ones') FROM got;

-- One that was called interrupted first.
DELETE FROM backtest_run;
SELECT pg_temp.insert_earlier('btsql.backtest_run', pg_temp.interrupted_record('{"record_digest": "old"}'));
SELECT is(status, 'interrupted', 'an interrupted run is found') FROM get_run('@');
SELECT record_run(pg_temp.success_record());
SELECT results_eq($$ SELECT status, replaced_interrupted_at FROM get_run('@') $$,
                  $$ VALUES ('success', timestamptz '2026-03-02 09:31:00+00') $$, 'and what took its place, with that fact');

-- References are those of find_run().
SELECT is(run_id, '019cade2-123b-7abc-8def-a1b2c3d4e5f6', format('"%s" is the run', reference))
  FROM (VALUES ('@'), ('@ok'), ('@~0'), ('a1b2'), ('019cade2-123b'), ('019cade2-123b-7abc-8def-a1b2c3d4e5f6'))
       AS example (reference)
 CROSS JOIN LATERAL get_run(reference);
SELECT record_run(pg_temp.success_record('{"started_at": "2026-03-02T09:31:00Z"}'));
SELECT is(pg_temp.refusal(format('SELECT FROM btsql.get_run(%L)', reference)), state, format('"%s" is refused', reference))
  FROM (VALUES ('deadbeef', 'P0002'), ('@~2', 'P0002'), ('a1b2', '21000'), ('x', '22023'), (NULL, '22023'))
       AS example (reference, state);

SELECT * FROM finish();
ROLLBACK;
