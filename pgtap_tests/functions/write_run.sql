-- Tests of functions/write_run: the life of a run's own row. Whole records: functions/record_run.sql.
BEGIN;
\ir ../fixtures.psql
SELECT plan(40);

SELECT has_function('btsql', 'write_run', ARRAY['backtest_run']);
SELECT function_returns('btsql', 'write_run', ARRAY['backtest_run'], 'boolean');
SELECT function_lang_is('btsql', 'write_run', ARRAY['backtest_run'], 'plpgsql');
SELECT volatility_is('btsql', 'write_run', ARRAY['backtest_run'], 'volatile');

-- The digest stands for the content.
CREATE FUNCTION pg_temp.row_of(record jsonb, digest text)
RETURNS btsql.backtest_run
LANGUAGE sql
AS $$
    SELECT jsonb_populate_record(btsql.run_of(row_of.record), jsonb_build_object('record_digest', row_of.digest));
$$;

SELECT is(write_run(pg_temp.row_of(pg_temp.success_record(), 'one')), true, 'a new run is written');
SELECT is(write_run(pg_temp.row_of(pg_temp.success_record(), 'one')), false, 'the same again is not');
SELECT throws_ok($$ SELECT write_run(pg_temp.row_of(pg_temp.success_record(), 'two')) $$, '23505',
                 'run 019cade2-123b-7abc-8def-a1b2c3d4e5f6 is already recorded as success, with other content',
                 'other content is refused');
SELECT is(pg_temp.diagnostics($$ SELECT write_run(pg_temp.row_of(pg_temp.success_record(), 'two')) $$)
              - '{message,detail}'::text[],
          '{"sqlstate": "23505", "rule": "backtest_run_content_is_final", "table": "backtest_run",
            "hint": "What is recorded is never changed. Record a new run under a new id."}',
          'by the name of the rule');
SELECT is((SELECT count(*) FROM backtest_run), 1::bigint, 'there is one row');
DELETE FROM backtest_run;
SELECT is(write_run(pg_temp.row_of(pg_temp.failure_record('{"error": {"type": "process_gone", "message": "x"}}'), 'one')), true,
          'a failure may have an error of any name');
SELECT is(pg_temp.diagnostics($$ SELECT write_run(pg_temp.row_of(pg_temp.failure_record(), 'two')) $$) ->> 'rule',
          'backtest_run_content_is_final', 'and is final whatever it is');

-- Every column but those that the database fills comes back as it was given, whether inserted or put in a row's place.
DELETE FROM backtest_run;
CREATE TEMPORARY VIEW given AS
SELECT pg_temp.row_of(record, 'final') AS run
  FROM (SELECT pg_temp.failure_record('{"origin_run_id": "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
                                        "changes": {"a": 1}}') AS record) AS whole;
CREATE TEMPORARY VIEW kept AS
SELECT to_jsonb(run) - '{config_hash,recorded_at,replaced_interrupted_at}'::text[] AS content FROM backtest_run AS run;

SELECT is_empty($$ SELECT key FROM given, jsonb_each(to_jsonb(run)) WHERE value = 'null'
                      AND key NOT IN ('config_hash', 'recorded_at', 'replaced_interrupted_at') $$,
                'the row given below leaves no column out');
SELECT is(write_run(run), true, 'inserted') FROM given;
SELECT results_eq('SELECT content FROM kept',
                  $$ SELECT to_jsonb(run) - '{config_hash,recorded_at,replaced_interrupted_at}'::text[] FROM given $$,
                  'whole');

DELETE FROM backtest_run;
SELECT pg_temp.insert_earlier('btsql.backtest_run', pg_temp.interrupted_record(
    '{"record_digest": "old", "strategy_type": "old", "strategy_name": "old", "strategy_path": "old:Old",
      "parameters": {"old": 1}, "snapshot": {"old": 1}, "environment": {"old": 1}, "engine_figures": {"old": 1}}'));
SELECT is(write_run(run), true, 'put in the place of an interrupted run') FROM given;
SELECT results_eq('SELECT content FROM kept',
                  $$ SELECT to_jsonb(run) - '{config_hash,recorded_at,replaced_interrupted_at}'::text[] FROM given $$,
                  'whole');
SELECT results_eq('SELECT replaced_interrupted_at, recorded_at FROM backtest_run',
                  $$ VALUES (timestamptz '2026-03-02 09:31:00+00', transaction_timestamp()) $$,
                  'with the time of what was replaced');
SELECT is(config_hash, run_config_hash(strategy_path, parameters), 'and the hash of the new configuration') FROM backtest_run;

-- Who may take whose place.
CREATE TEMPORARY TABLE stage (status text, record jsonb);
INSERT INTO stage
VALUES ('success',     pg_temp.success_record()),
       ('failure',     pg_temp.failure_record()),
       ('interrupted', pg_temp.interrupted_record('{"error": {"type": "KeyboardInterrupt", "message": ""}}')),
       ('process gone', pg_temp.interrupted_record());

SELECT is(pg_temp.refusal(format(
              $$ DELETE FROM btsql.backtest_run;
                 SELECT write_run(pg_temp.row_of(%L, 'first'));
                 SELECT write_run(pg_temp.row_of(%L, 'then')) $$, earlier.record, later.record)),
          CASE WHEN earlier.status = 'process gone' AND later.status <> 'process gone' THEN 'accepted'
               ELSE '23505 backtest_run_content_is_final' END,
          format('%s, then %s', earlier.status, later.status))
  FROM stage AS earlier
 CROSS JOIN stage AS later;

SELECT is(pg_temp.refusal(format(
              $$ DELETE FROM btsql.backtest_run;
                 SELECT write_run(pg_temp.row_of(%1$L, 'same'));
                 SELECT write_run(pg_temp.row_of(%1$L, 'same')) $$, record)),
          'accepted', format('%s, then the same again', status))
  FROM stage;

-- The start is known to the millisecond by the id; within it the final record knows best.
DELETE FROM backtest_run;
SELECT write_run(pg_temp.row_of(pg_temp.interrupted_record('{"started_at": "2026-03-02T09:30:00.123Z"}'), 'first'));
SELECT is(write_run(pg_temp.row_of(pg_temp.success_record(), 'then')), true, 'a start known more exactly does not lose the run');
SELECT is(started_at, timestamptz '2026-03-02 09:30:00.123456+00', 'and is stored') FROM backtest_run;

SELECT * FROM finish();
ROLLBACK;
