-- Tests of functions/list_runs
BEGIN;
\ir ../fixtures.psql
SELECT plan(55);

\set arguments 'ARRAY[\'text\', \'text\', \'text\', \'text\', \'timestamp with time zone\', \'timestamp with time zone\', \'integer\']'
SELECT has_function('btsql', 'list_runs', :arguments);
SELECT function_returns('btsql', 'list_runs', :arguments, 'setof run_summary');
SELECT function_lang_is('btsql', 'list_runs', :arguments, 'plpgsql');
SELECT volatility_is('btsql', 'list_runs', :arguments, 'stable');
SELECT is((SELECT proargnames::text[] FROM pg_proc WHERE oid = 'btsql.list_runs'::regproc),
          '{strategy_name,strategy_type,instrument,status,since,until,result_limit}', 'filters are given by name');

SELECT is_empty('SELECT run_id FROM list_runs()', 'an empty history is an empty list');

-- Six runs, one minute apart, recorded in another order than started.
CREATE TEMPORARY TABLE made (place integer, changes jsonb, status text);
INSERT INTO made
VALUES (4, '{"strategy_type": "momentum", "strategy_name": "fast", "instruments": ["MSFT.XNAS", "AAPL.XNAS"]}', 'success'),
       (1, '{"strategy_type": "sma_crossover", "strategy_name": "fast", "instruments": ["AAPL.XNAS"]}', 'success'),
       (2, '{"strategy_type": "sma_crossover", "strategy_name": "slow", "instruments": ["MSFT.XNAS"]}', 'success'),
       (6, '{"strategy_type": "momentum", "strategy_name": "slow", "instruments": ["AAPL.XNAS"]}', 'failure'),
       (3, '{"strategy_type": "sma_crossover", "strategy_name": "slow"}', 'interrupted'),
       (5, '{"strategy_type": "momentum", "strategy_name": "slow", "metrics": {"sharpe_ratio": 11}}', 'success');
SELECT record_run(CASE status WHEN 'success' THEN pg_temp.success_record(whole.changes)
                              WHEN 'failure' THEN pg_temp.failure_record(whole.changes)
                              ELSE pg_temp.interrupted_record(whole.changes) END)
  FROM made
 CROSS JOIN LATERAL (SELECT changes || jsonb_build_object('run_id', pg_temp.id_at(started_at, repeat(place::text, 12)),
                                                          'started_at', started_at) AS changes
                       FROM (SELECT timestamptz '2026-03-02 09:00:00+00' + place * interval '1 minute' AS started_at) AS at) AS whole;

-- Which runs, in which order: the last groups here are the places repeated.
CREATE FUNCTION pg_temp.places(filters text)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    found text;
BEGIN
    EXECUTE format('SELECT string_agg(left(short_id, 1), '''') FROM btsql.list_runs(%s)', filters) INTO found;
    RETURN coalesce(found, '');
END;
$$;

SELECT is(pg_temp.places(filters), expected, format('list_runs(%s)', filters))
  FROM (VALUES
        ('',                                                        '654321'),
        ('result_limit => 1',                                       '6'),
        ('result_limit => 4',                                       '6543'),
        ('result_limit => 1000',                                    '654321'),
        ('strategy_name => ''slow''',                               '6532'),
        ('strategy_type => ''momentum''',                           '654'),
        ('strategy_type => ''Momentum''',                           ''),
        ('strategy_type => ''moment''',                             ''),
        ('instrument => ''AAPL.XNAS''',                             '6541'),
        ('instrument => ''MSFT.XNAS''',                             '42'),
        ('instrument => ''MSFT''',                                  ''),
        ('status => ''success''',                                   '5421'),
        ('status => ''failure''',                                   '6'),
        ('status => ''interrupted''',                               '3'),
        ('since => ''2026-03-02 09:04:00+00''',                     '654'),
        ('since => ''2026-03-02 09:04:00.000001+00''',              '65'),
        ('until => ''2026-03-02 09:04:00+00''',                     '321'),
        ('until => ''2026-03-02 09:04:00.000001+00''',              '4321'),
        ('since => ''2026-03-02 09:02:00+00'', until => ''2026-03-02 09:05:00+00''', '432'),
        ('since => ''2026-03-02 09:05:00+00'', until => ''2026-03-02 09:02:00+00''', ''),
        ('since => ''-infinity'', until => ''infinity''',           '654321'),
        ('strategy_name => ''fast'', strategy_type => ''momentum''', '4'),
        ('''slow'', ''sma_crossover'', ''MSFT.XNAS'', ''success'', ''2026-03-02 09:00+00'', ''2026-03-02 10:00+00'', 5', '2'),
        ('strategy_name => ''slow'', result_limit => 2',            '65'),
        ('strategy_name => ''x'''' OR true --''',                   ''),
        ('strategy_name => ''''',                                   '')
       ) AS example (filters, expected);

-- What a row tells.
SELECT is((SELECT to_jsonb(run) FROM list_runs() AS run WHERE short_id = '44444444'),
          '{"short_id": "44444444",
            "duration_seconds": 1.25, "status": "success", "strategy_type": "momentum", "strategy_name": "fast",
            "instruments": ["MSFT.XNAS", "AAPL.XNAS"], "initial_capital": 100000, "currency": "USD",
            "total_return": 0.25, "sharpe_ratio": 1.5, "max_drawdown": -0.125, "total_trades": 4, "error_type": null}'::jsonb
          || jsonb_build_object('run_id', pg_temp.id_at('2026-03-02 09:04:00+00', '444444444444'),
                                'started_at', timestamptz '2026-03-02 09:04:00+00',
                                'data_start', timestamptz '2020-01-02 00:00:00+00',
                                'data_end', timestamptz '2024-12-31 00:00:00+00'),
          'a success has its figures');
SELECT results_eq($$ SELECT error_type, total_return, sharpe_ratio FROM list_runs(status => 'failure') $$,
                  $$ VALUES ('ValueError', NULL::double precision, NULL::double precision) $$, 'a failure has its error');
SELECT results_eq($$ SELECT instruments, data_start, initial_capital, duration_seconds FROM list_runs(status => 'interrupted') $$,
                  $$ VALUES (NULL::text[], NULL::timestamptz, NULL::numeric, NULL::numeric) $$,
                  'an interrupted run may know of nothing');
SELECT results_eq($$ SELECT sharpe_ratio FROM list_runs(result_limit => 2) WHERE short_id = '55555555' $$,
                  $$ VALUES (NULL::double precision) $$, 'a rejected metric is not shown');

-- As many digits as tell the rows shown apart, at least 8.
SELECT is((SELECT max(length(short_id)) FROM list_runs()), 8, '8 digits are enough here');

CREATE FUNCTION pg_temp.add_run(started_at timestamptz, last_group text)
RETURNS uuid
LANGUAGE sql
AS $$
    SELECT btsql.record_run(pg_temp.success_record(jsonb_build_object(
        'run_id', pg_temp.id_at(started_at, last_group), 'started_at', started_at, 'strategy_name', 'alike')));
$$;

SELECT pg_temp.add_run('2026-03-02 10:00:00+00', '666666661000');
SELECT results_eq('SELECT short_id FROM list_runs(result_limit => 2)', $$ VALUES ('666666661'), ('666666666') $$,
                  'two that share 8 digits show 9');
SELECT is((SELECT min(length(short_id)) FROM list_runs()), 9, 'and so do all rows of the listing');
SELECT results_eq('SELECT short_id FROM list_runs(result_limit => 1)', $$ VALUES ('66666666') $$,
                  'but not a listing that shows only one of them');
SELECT pg_temp.add_run('2026-03-02 10:00:01+00', '666666661001');
SELECT results_eq('SELECT short_id FROM list_runs(result_limit => 2)', $$ VALUES ('666666661001'), ('666666661000') $$,
                  'two that share 11 show 12');
SELECT pg_temp.add_run('2026-03-02 10:00:02+00', '666666661001');
SELECT results_eq('SELECT short_id FROM list_runs(result_limit => 2)', $$ VALUES ('666666661001'), ('666666661001') $$,
                  'two that share all show all');
SELECT is((SELECT bool_and(short_id = left(btsql.short_id(run_id), length(short_id))) FROM list_runs()), true,
          'they are first digits of the last group');

-- By default 20, at most 1000.
SELECT pg_temp.add_run(timestamptz '2026-03-05 00:00:00+00' + number * interval '1 second', substring(md5(number::text) FOR 12))
  FROM generate_series(1, 1001) AS number;
SELECT is((SELECT count(*) FROM list_runs()), 20::bigint, '20 by default');
SELECT is((SELECT count(*) FROM list_runs(result_limit => 1000)), 1000::bigint, '1000 are the most');
SELECT results_eq('SELECT run_id FROM list_runs(result_limit => 1000)',
                  'SELECT run_id FROM backtest_run ORDER BY started_at DESC LIMIT 1000', 'newest first');
SELECT is((SELECT count(DISTINCT short_id) FROM list_runs(result_limit => 1000)), 1000::bigint, 'all told apart');

SELECT is(pg_temp.diagnostics(format('SELECT FROM btsql.list_runs(result_limit => %L)', given)) - '{detail,rule,table}'::text[],
          jsonb_build_object('sqlstate', '22023', 'message', format('result_limit is %s, not 1 to 1000', coalesce(given, 'NULL')),
                             'hint', 'Narrow the filters to see other runs.'),
          format('a limit of %s is refused', given))
  FROM (VALUES ('0'), ('-1'), ('1001'), ('2147483647'), (NULL)) AS example (given);
SELECT throws_ok(format('SELECT FROM btsql.list_runs(status => %L)', given), '22023',
                 format('status is "%s", not success, failure or interrupted', given), format('there is no status "%s"', given))
  FROM (VALUES ('running'), ('Success'), ('')) AS example (given);

SELECT * FROM finish();
ROLLBACK;
