-- Tests of functions/check_run
BEGIN;
\ir ../fixtures.psql
SELECT plan(94);

SELECT has_function('btsql', 'check_run', ARRAY['text']);
SELECT function_returns('btsql', 'check_run', ARRAY['text'], 'boolean');
SELECT function_lang_is('btsql', 'check_run', ARRAY['text'], 'plpgsql');
SELECT volatility_is('btsql', 'check_run', ARRAY['text'], 'stable');

SELECT pg_temp.record_at(1,
                         '{"metrics": {"sharpe_ratio": 11, "cagr": null}, "undefined_metrics": {"cagr": "one day"}}');
SELECT pg_temp.record_at(2,
                         jsonb_build_object('origin_run_id', find_run('1aaa'), 'changes',
                                            '{"fast_period": [10, 12]}'::jsonb));
SELECT pg_temp.record_at(3, '{}', 'failure');
SELECT pg_temp.record_at(4, '{}', 'interrupted');
SELECT pg_temp.record_at(5,
                         '{"metrics": {"total_return": 0.1234567890123456, "volatility": 3.3333333333333335e-05, "final_equity": 1e300},
                              "initial_capital": 0.10, "parameters": {"p": 1e300, "q": 1.500, "r": "\u00e9\u2028", "s": null}}');

SELECT is(check_run(run_id::text), true, 'run ' || split_part(short_id(run_id), 'a', 1) || ' is what was recorded')
  FROM backtest_run
 ORDER BY run_id;
SELECT is(check_run('@'), true, 'by any reference');
SELECT lives_ok($$ SELECT add_note('1aaa', 'x'), set_tags('1aaa', '{x}') $$,
                'a note and a tag are put beside a record');
SELECT is(check_run('1aaa'), true, 'and change nothing of it');

-- What check_run() says of the run 1aaa, or another, after a statement that no trigger or foreign key sees.
CREATE FUNCTION pg_temp.check_after(statement text, reference text)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    answer boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    EXECUTE statement;
    SET LOCAL session_replication_role = origin;
    RAISE EXCEPTION USING ERRCODE = 'BT000', MESSAGE = coalesce(btsql.check_run(reference)::text, 'NULL');
EXCEPTION
    WHEN SQLSTATE 'BT000' THEN
        RETURN nullif(SQLERRM, 'NULL');
END;
$$;

CREATE TEMPORARY TABLE other (name text, value text);
INSERT INTO other
VALUES ('started_at', 'started_at + interval ''1 microsecond'''), ('duration_seconds', '1.26'),
    ('status', '''failure'''),
       ('strategy_type', '''momentum'''), ('strategy_name', '''better name'''), ('strategy_path', '''a.b:C'''),
       ('parameters', '''{"fast_period": 11, "slow_period": 30}'''), ('instruments', '''{MSFT.XNAS}'''),
       ('data_start', 'data_start - interval ''1 day'''), ('data_end', 'data_end + interval ''1 microsecond'''),
       ('initial_capital', '100001'), ('currency', '''EUR'''), ('data_source', '''mock'''), ('snapshot', '''{}'''),
       ('environment', '''{"python": "3.13.2"}'''), ('error_type', '''E'''), ('error_message', '''m'''),
       ('error_traceback', '''t'''), ('origin_run_id', 'gen_random_uuid()'), ('changes', '''{}'''),
       ('engine_figures', 'NULL'),
       ('record_digest', 'repeat(''0'', 64)');

-- The rules of the tables would refuse some of these; who can switch triggers off can do without rules, too.
DO $$
DECLARE
    rule record;
BEGIN
    FOR rule IN
        SELECT conrelid::regclass AS place, conname
          FROM pg_constraint
         WHERE conrelid IN ('btsql.backtest_run'::regclass, 'btsql.performance_metrics'::regclass) AND contype = 'c'
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', rule.place, rule.conname);
    END LOOP;
END;
$$;

SELECT is(pg_temp.check_after(format('UPDATE btsql.backtest_run SET %I = %s WHERE run_id = btsql.find_run(''1aaa'')',
                                     name, value),
                              '1aaa'),
          false, 'another ' || name || ' shows')
  FROM other;
SELECT set_eq('SELECT name FROM pg_temp.columns_of(''btsql.backtest_run'')',
              $$ SELECT name FROM other
                  UNION VALUES ('run_id'), ('recorded_at'), ('replaced_interrupted_at'), ('config_hash') $$,
              'no column is left out but the key and what the database itself adds');
SELECT is(pg_temp.check_after('UPDATE btsql.backtest_run SET run_id = ''019cadc8-3ba0-7abc-8def-9aaaaaaaaaaa''
                                WHERE run_id = btsql.find_run(''3aaa'')', '9aaa'), false, 'another run_id shows');
SELECT is(pg_temp.check_after('ALTER TABLE btsql.backtest_run ALTER COLUMN config_hash DROP EXPRESSION;
                               UPDATE btsql.backtest_run SET config_hash = repeat(''0'', 64)', '3aaa'), false,
          'another config_hash shows');
SELECT is(pg_temp.check_after('UPDATE btsql.backtest_run SET parameters = ''{"fast_period": 10.0, "slow_period": 3e1}''
                                WHERE run_id = btsql.find_run(''1aaa'')', '1aaa'), true,
          'the same parameters in other words are the same record');

-- Every metric: another value, none, or one where there was none.
SELECT is(pg_temp.check_after(format('UPDATE btsql.performance_metrics SET %I = %s', metric, value), reference), false,
          format('%s of %s as %s shows', metric, reference, value))
  FROM metric_definition()
 CROSS JOIN (VALUES ('2aaa', 'NULL')) AS example (reference, value);
SELECT is(pg_temp.check_after(format('UPDATE btsql.performance_metrics SET %I = %s', metric, value), reference), false,
          format('%s of %s as %s shows', metric, reference, value))
  FROM (VALUES ('1aaa', 'sharpe_ratio', '3'), ('1aaa', 'cagr', '0.05'), ('2aaa', 'sharpe_ratio', '1.5000000000000002'),
               ('2aaa', 'total_trades', '5'),
               ('5aaa', 'final_equity', '1.0000000000000002e300')) AS example (reference, metric, value);
SELECT is(pg_temp.check_after('DELETE FROM btsql.performance_metrics', '2aaa'), false, 'metrics that are gone show');
SELECT is(pg_temp.check_after(format($$ INSERT INTO btsql.performance_metrics (run_id, strategy_type, sharpe_ratio)
                                        VALUES (btsql.find_run(%L), 'sma_crossover', 1) $$, reference), reference),
                                            false,
          'metrics that ' || reference || ' never had show')
  FROM (VALUES ('3aaa'), ('4aaa')) AS example (reference);

-- What the database keeps beside the record.
SELECT is(pg_temp.check_after(statement, '1aaa'), false, statement || ' shows')
  FROM (VALUES ('UPDATE btsql.performance_metrics SET strategy_type = ''momentum'''),
               ('UPDATE btsql.performance_metrics SET recorded_at = recorded_at + interval ''1 second'''),
               ('UPDATE btsql.backtest_run SET recorded_at = recorded_at - interval ''1 second'''),
               ('UPDATE btsql.rejected_metric SET recorded_at = recorded_at + interval ''1 second'' WHERE metric = ''cagr'''),
               ('UPDATE btsql.backtest_run SET replaced_interrupted_at = recorded_at + interval ''1 second'''),
               ('DELETE FROM btsql.run_parameter WHERE name = ''fast_period'''),
               ('UPDATE btsql.run_parameter SET value = ''11'' WHERE name = ''fast_period'''),
               ('UPDATE btsql.run_parameter SET name = ''other'' WHERE name = ''fast_period'''),
               ('UPDATE btsql.run_parameter SET run_id = gen_random_uuid() WHERE run_id = btsql.find_run(''1aaa'')')) AS example (statement);
SELECT is(pg_temp.check_after('INSERT INTO btsql.run_parameter VALUES (btsql.find_run(''1aaa''), ''other'', ''1'')', '1aaa'),
          true, 'a row too many in the search index does no harm');
SELECT is(pg_temp.check_after('UPDATE btsql.backtest_run SET replaced_interrupted_at = recorded_at', '1aaa'), true,
          'what only the row itself knows does not show');

-- Rejected metrics.
SELECT is(pg_temp.check_after(statement, '1aaa'), false, statement || ' shows')
  FROM (VALUES ('UPDATE btsql.rejected_metric SET reported_value = ''12'' WHERE metric = ''sharpe_ratio'''),
               ('UPDATE btsql.rejected_metric SET reported_value = NULL WHERE metric = ''sharpe_ratio'''),
               ('UPDATE btsql.rejected_metric SET reported_value = ''x'' WHERE metric = ''cagr'''),
               ('UPDATE btsql.rejected_metric SET reason = ''other'' WHERE metric = ''sharpe_ratio'''),
               ('UPDATE btsql.rejected_metric SET metric = ''volatility'' WHERE metric = ''sharpe_ratio'''),
               ('DELETE FROM btsql.rejected_metric WHERE metric = ''cagr'''),
               ('DELETE FROM btsql.rejected_metric')) AS example (statement);
SELECT is(pg_temp.check_after(format($$ INSERT INTO btsql.rejected_metric (run_id, metric, reason)
                                        VALUES (btsql.find_run(%L), 'volatility', 'made up') $$, reference),
                                            reference), false,
          'a rejected metric that ' || reference || ' never had shows')
  FROM (VALUES ('1aaa'), ('2aaa'), ('3aaa')) AS example (reference);

SELECT is(check_run(run_id::text), true, 'all of that was undone: ' || split_part(short_id(run_id), 'a', 1))
  FROM backtest_run
 ORDER BY run_id;

SELECT is(pg_temp.refusal(format('SELECT btsql.check_run(%L)', reference)), state, format('"%s" is refused', reference))
  FROM (VALUES ('deadbeef', 'P0002'), ('@~5', 'P0002'), ('019cad', '21000'), ('x', '22023'), (NULL, '22023'))
       AS example (reference, state);

SELECT * FROM finish();
ROLLBACK;
