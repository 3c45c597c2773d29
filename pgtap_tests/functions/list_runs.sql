-- Tests of functions/list_runs
BEGIN;
\ir ../fixtures.psql
SELECT plan(403);

\set arguments 'ARRAY[\'text\', \'text\', \'text\', \'text\', \'timestamp with time zone\', \'timestamp with time zone\', \'timestamp with time zone\', \'timestamp with time zone\', \'jsonb\', \'jsonb\', \'text[]\', \'text\', \'boolean\', \'integer\', \'text\']'
SELECT has_function('btsql', 'list_runs', :arguments);
SELECT function_returns('btsql', 'list_runs', :arguments, 'setof run_summary');
SELECT function_lang_is('btsql', 'list_runs', :arguments, 'plpgsql');
SELECT volatility_is('btsql', 'list_runs', :arguments, 'stable');

SELECT is((SELECT proargnames::text[] FROM pg_proc WHERE oid = 'btsql.list_runs'::regproc),
          '{strategy_name,strategy_type,instrument,status,since,until,data_since,data_until,parameters,metrics,tags,sort_by,descending,'
          'result_limit,after}', 'filters are given by name');

SELECT is_empty('SELECT run_id FROM list_runs()', 'an empty history is an empty list');

-- Six runs, one minute apart, recorded in another order than started.
CREATE TEMPORARY TABLE made (place integer, changes jsonb, status text);
INSERT INTO made
VALUES (4, '{"strategy_type": "momentum", "strategy_name": "fast", "instruments": ["MSFT.XNAS", "AAPL.XNAS"]}',
        'success'),
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
CREATE FUNCTION pg_temp.digits(filters text)
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

SELECT is(pg_temp.digits(filters), expected, format('list_runs(%s)', filters))
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
        ('''slow'', ''sma_crossover'', ''MSFT.XNAS'', ''success'', ''2026-03-02 09:00+00'', ''2026-03-02 10:00+00''',
         '2'),
        ('strategy_name => ''slow'', result_limit => 2',            '65'),
        ('strategy_name => ''x'''' OR true --''',                   ''),
        ('strategy_name => ''''',                                   '')
       ) AS example (filters, expected);

-- What a row tells.
SELECT is((SELECT to_jsonb(run) FROM list_runs() AS run WHERE short_id = '44444444'),
          '{"short_id": "44444444",
            "duration_seconds": 1.25, "status": "success", "strategy_type": "momentum", "strategy_name": "fast",
            "instruments": ["MSFT.XNAS", "AAPL.XNAS"], "initial_capital": 100000, "currency": "USD",
            "total_return": 0.25, "sharpe_ratio": 1.5, "max_drawdown": -0.125, "total_trades": 4, "error_type": null,
            "parameters": {"fast_period": 10, "slow_period": 30}, "sort_value": null}'::jsonb
          || jsonb_build_object('run_id', pg_temp.id_at('2026-03-02 09:04:00+00', '444444444444'),
                                'started_at', timestamptz '2026-03-02 09:04:00+00',
                                'data_start', timestamptz '2020-01-02 00:00:00+00',
                                'data_end', timestamptz '2024-12-31 00:00:00+00'),
          'a success has its figures');
SELECT results_eq($$ SELECT error_type, total_return, sharpe_ratio FROM list_runs(status => 'failure') $$,
                  $$ VALUES ('ValueError', NULL::double precision, NULL::double precision) $$,
                      'a failure has its error');
SELECT results_eq($$ SELECT instruments, data_start, initial_capital,
                  duration_seconds FROM list_runs(status => 'interrupted') $$,
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
SELECT pg_temp.add_run(timestamptz '2026-03-05 00:00:00+00' + number * interval '1 second',
                       substring(md5(number::text) FOR 12))
  FROM generate_series(1, 1001) AS number;
SELECT is((SELECT count(*) FROM list_runs()), 20::bigint, '20 by default');
SELECT is((SELECT count(*) FROM list_runs(result_limit => 1000)), 1000::bigint, '1000 are the most');
SELECT results_eq('SELECT run_id FROM list_runs(result_limit => 1000)',
                  'SELECT run_id FROM backtest_run ORDER BY started_at DESC LIMIT 1000', 'newest first');
SELECT is((SELECT count(DISTINCT short_id) FROM list_runs(result_limit => 1000)), 1000::bigint, 'all told apart');

SELECT is(pg_temp.diagnostics(format('SELECT FROM btsql.list_runs(result_limit => %L)',
                                     given)) - '{detail,rule,table}'::text[],
          jsonb_build_object('sqlstate', '22023', 'message',
                             format('result_limit is %s, not 1 to 1000', coalesce(given, 'NULL')),
                             'hint', 'Ask for at most 1000 rows at once.'),
          format('a limit of %s is refused', given))
  FROM (VALUES ('0'), ('-1'), ('1001'), ('2147483647'), (NULL)) AS example (given);
SELECT throws_ok(format('SELECT FROM btsql.list_runs(status => %L)', given), '22023',
                 format('status is "%s", not success, failure or interrupted', given),
                     format('there is no status "%s"', given))
  FROM (VALUES ('running'), ('Success'), ('')) AS example (given);


-- From here on a history with every kind of run. pg_temp.listed() says which runs are found, in which order.
DELETE FROM backtest_run;
CREATE FUNCTION pg_temp.listed(filters text)
RETURNS text
LANGUAGE sql
AS $$
    SELECT pg_temp.places(format('SELECT run_id FROM btsql.list_runs(%s)', filters));
$$;

SELECT pg_temp.record_at(1,
                         '{"parameters": {"p": 10, "t": "abc", "b": true}, "metrics": {"sharpe_ratio": 1, "volatility": 0.1}}');
SELECT pg_temp.record_at(2,
                         '{"parameters": {"p": 10.0, "t": "abd", "b": false}, "metrics": {"sharpe_ratio": 2, "volatility": 0.2}}');
SELECT pg_temp.record_at(3,
                         '{"parameters": {"p": "10", "t": "", "n": null}, "metrics": {"sharpe_ratio": 1, "volatility": null}}');
SELECT pg_temp.record_at(4, '{"parameters": {"p": -2.5}, "metrics": {"sharpe_ratio": 11, "volatility": 0.2}}');
SELECT pg_temp.record_at(5, '{"parameters": {"p": 30, "o": {"x": 1, "y": [1, 2]}}}', 'failure');
SELECT pg_temp.record_at(6, '{"parameters": {"p": null}}', 'interrupted');
SELECT pg_temp.record_at(7, '{"parameters": {}, "metrics": {"sharpe_ratio": -1, "volatility": 0.2}}');
SELECT pg_temp.record_at(8, jsonb_build_object('parameters', jsonb_build_object('p', 1e300, 't', repeat('z', 500),
                                                                                'l', repeat('long', 100))));
SELECT pg_temp.record_at(9,
                         '{"parameters": {"it''s \"%s\" \\ %1$L; --": "it''s \"%s\" \\ %1$L; --", "": "empty", "p": [10]}}');

SELECT is(pg_temp.listed(format('parameters => %L', criteria)), expected, criteria)
  FROM (VALUES
        -- equal, typed
        ('{"p": 10}',                                 '2 1'),
        ('{"p": 10.0}',                               '2 1'),
        ('{"p": 1e1}',                                '2 1'),
        ('{"p": "10"}',                               '3'),
        ('{"p": "10.0"}',                             ''),
        ('{"p": {"=": 10}}',                          '2 1'),
        ('{"p": null}',                               '6'),
        ('{"p": [10]}',                               '9'),
        ('{"p": [10.0]}',                             '9'),
        ('{"b": true}',                               '1'),
        ('{"b": "true"}',                             ''),
        ('{"t": ""}',                                 '3'),
        ('{"o": {"=": {"y": [1.0, 2], "x": 1}}}',     '5'),
        ('{"o": {"=": {"x": 1}}}',                    ''),
        ('{"o": {"=": {}}}',                          ''),
        ('{"": "empty"}',                             '9'),
        ('{"none": 1}',                               ''),
        ('{}',                                        '9 8 7 6 5 4 3 2 1'),
        -- other
        ('{"p": {"<>": 10}}',                         '9 8 6 5 4 3'),
        ('{"b": {"<>": true}}',                       '2'),
        -- ranges: numbers among numbers, texts among texts
        ('{"p": {">": 10}}',                          '8 5'),
        ('{"p": {">=": 10}}',                         '8 5 2 1'),
        ('{"p": {"<": 10}}',                          '4'),
        ('{"p": {"<=": 10.0}}',                       '4 2 1'),
        ('{"p": {">=": -2.5, "<": 30}}',              '4 2 1'),
        ('{"p": {">": 20, "<": 10}}',                 ''),
        ('{"p": {">": 1e299}}',                       '8'),
        ('{"p": {">": "0"}}',                         '3'),
        ('{"p": {"<": ""}}',                          ''),
        ('{"t": {">=": "abc", "<": "abd"}}',          '1'),
        ('{"t": {">": "abc"}}',                       '8 2'),
        ('{"t": {"<": "z"}}',                         '3 2 1'),
        -- one of
        ('{"p": {"in": [10, 30, 10.0]}}',             '5 2 1'),
        ('{"p": {"in": ["10", null]}}',               '6 3'),
        ('{"p": {"in": []}}',                         ''),
        ('{"b": {"in": [true, false]}}',              '2 1'),
        ('{"o": {"in": [{"x": 1, "y": [1, 2]}, 1]}}', '5'),
        -- there or not
        ('{"p": {"exists": true}}',                   '9 8 6 5 4 3 2 1'),
        ('{"p": {"exists": false}}',                  '7'),
        ('{"n": {"exists": true}}',                   '3'),
        ('{"x": {"exists": true}}',                   ''),
        -- all of them
        ('{"p": 10, "t": "abd"}',                     '2'),
        ('{"p": {">=": 10}, "b": {"exists": false}}', '8 5'),
        ('{"p": {"exists": true}, "t": {"exists": false}}', '9 6 5 4'),
        ('{"p": {"in": [10, 30], ">": 10}}',          '5'),
        ('{"p": {"=": 10, "<>": 11, "<": 12, "exists": true}}', '2 1'),
        ('{"p": {"=": 10, "exists": false}}',         ''),
        -- quotes, backslashes and format specifiers
        ('{"it''s \"%s\" \\ %1$L; --": "it''s \"%s\" \\ %1$L; --"}', '9'),
        ('{"it''s \"%s\" \\ %1$L; --": {">=": "it''s", "<": "j"}}', '9'),
        ('{"it''s \"%s\" \\ %1$L; --": {"in": ["it''s \"%s\" \\ %1$L; --"]}}', '9'),
        ('{"it''s \"%s\" \\ %1$L; --": {"exists": true}}', '9'),
        ('{"p'' IS NULL OR true) --": 1}',            ''),
        ('{"p": "1'' OR true --"}',                   ''),
        ('{"p": {"<": "'') OR (true"}}',              ''),
        ('{"p": {"in": ["'')) OR ((true"]}}',         '')
       ) AS example (criteria, expected);
SELECT is(pg_temp.listed(format('parameters => %L', criteria)), '8', left(criteria::text, 40))
  FROM (VALUES
        (jsonb_build_object('t', repeat('z', 500))),
        (jsonb_build_object('t', jsonb_build_object('>', repeat('z', 499)))),
        (jsonb_build_object('t', jsonb_build_object('in', jsonb_build_array(repeat('z', 500), 'none')))),
        (jsonb_build_object('l', repeat('long', 100))),
        (jsonb_build_object('l', jsonb_build_object('in', jsonb_build_array(repeat('long', 100))))),
        (jsonb_build_object('p', 1e300)),
        (jsonb_build_object('p', jsonb_build_object('in', jsonb_build_array(1e300))))) AS example (criteria);

SELECT is(pg_temp.listed(format('metrics => %L', criteria)), expected, criteria)
  FROM (VALUES
        ('{"sharpe_ratio": 1}',                                '3 1'),
        ('{"sharpe_ratio": 1.0}',                              '3 1'),
        ('{"sharpe_ratio": {">": 1}}',                         '9 8 2'),
        ('{"sharpe_ratio": {">=": 1, "<": 1.5}}',              '3 1'),
        ('{"sharpe_ratio": {"<=": -1}}',                       '7'),
        ('{"sharpe_ratio": {"<>": 1.5}}',                      '7 3 2 1'),
        ('{"sharpe_ratio": {"exists": false}}',                '6 5 4'),
        ('{"sharpe_ratio": {"exists": true}, "volatility": 0.2}', '9 8 7 2'),
        ('{"sharpe_ratio": {"exists": false}, "volatility": {"exists": true}}', '4'),
        ('{"total_trades": 4, "volatility": {"exists": false}}', '3'),
        ('{"sharpe_ratio": {">": 1e300}}',                     ''),
        ('{}',                                                 '9 8 7 6 5 4 3 2 1')
       ) AS example (criteria, expected);

SELECT set_tags('1aaa', '{good,a}'), set_tags('2aaa', '{good}'), set_tags('3aaa', '{good}'), set_tags('5aaa', '{a}');
SELECT set_tags('2aaa', remove => '{good}'), set_tags('3aaa', remove => '{good}');
SELECT set_tags('3aaa', '{good}'), add_note('4aaa', 'good');
SELECT is(pg_temp.listed(filters), expected, filters)
  FROM (VALUES
        ('tags => ''{good}''',                    '3 1'),
        ('tags => ''{a}''',                       '5 1'),
        ('tags => ''{good,a}''',                  '1'),
        ('tags => ''{a,a}''',                     '5 1'),
        ('tags => ''{none}''',                    ''),
        ('tags => ''{good}'', sort_by => ''volatility'', metrics => ''{"volatility": {"exists": false}}''', '3'),
        ('tags => ''{Good}''',                    ''),
        ('tags => ''{}''',                        '9 8 7 6 5 4 3 2 1'),
        ('tags => ARRAY[''it''''s'']',            ''),
        ('tags => ARRAY['''''') OR true --'']',   ''),
        ('tags => ''{a}'', status => ''failure''', '5'),
        ('tags => ''{good}'', sort_by => ''sharpe_ratio'', descending => false', '1 3'),
        -- data that overlaps a range of dates
        ('data_since => ''2024-12-31 00:00+00''', '9 8 7 5 4 3 2 1'),
        ('data_since => ''2024-12-31 00:00:00.000001+00''', ''),
        ('data_until => ''2020-01-02 00:00+00''', ''),
        ('data_until => ''2020-01-02 00:00:00.000001+00''', '9 8 7 5 4 3 2 1'),
        ('data_since => ''2022-01-01 00:00+00'', data_until => ''2022-01-02 00:00+00''', '9 8 7 5 4 3 2 1'),
        -- together
        ('parameters => ''{"p": 10}'', metrics => ''{"sharpe_ratio": {">": 1}}''', '2'),
        ('status => ''success'', parameters => ''{"p": {"exists": true}}'', tags => ''{good}'', metrics => ''{"volatility": 0.1}'', '
         'instrument => ''AAPL.XNAS'', strategy_type => ''sma_crossover'', strategy_name => ''first try'', '
         'since => ''2026-03-02 09:01+00'', until => ''2026-03-02 09:02+00'', data_since => ''2020-06-01 00:00+00'', '
         'data_until => ''2021-01-01 00:00+00'', sort_by => ''sharpe_ratio'', descending => false, result_limit => 1',
             '1'),
        -- orders; those without the metric come last, newest first
        ('descending => false',                                          '1 2 3 4 5 6 7 8 9'),
        ('sort_by => ''sharpe_ratio''',                                  '2 9 8 3 1 7 6 5 4'),
        ('sort_by => ''sharpe_ratio'', descending => false',             '7 1 3 8 9 2 6 5 4'),
        ('sort_by => ''volatility'', descending => false',               '1 2 4 7 8 9 6 5 3'),
        ('sort_by => ''volatility''',                                    '9 8 7 4 2 1 6 5 3'),
        ('sort_by => ''sharpe_ratio'', status => ''failure''',           '5'),
        ('sort_by => ''sharpe_ratio'', result_limit => 7',               '2 9 8 3 1 7 6'),
        ('sort_by => ''sharpe_ratio'', parameters => ''{"p": 10}''',     '2 1'),
        ('sort_by => ''sharpe_ratio'', parameters => ''{"p": {"exists": true}}'', result_limit => 6', '2 9 8 3 1 6'),
        ('sort_by => ''sharpe_ratio'', strategy_type => ''momentum''',   ''),
        ('sort_by => ''sharpe_ratio'', metrics => ''{"sharpe_ratio": {"exists": false}}''', '6 5 4'),
        ('descending => NULL',                                           '9 8 7 6 5 4 3 2 1'),
        -- pages
        ('after => ''5aaa''',                                            '4 3 2 1'),
        ('after => ''5aaa'', descending => false',                       '6 7 8 9'),
        ('after => ''1aaa''',                                            ''),
        ('after => ''@''',                                               '8 7 6 5 4 3 2 1'),
        ('after => ''8aaa'', sort_by => ''sharpe_ratio''',               '3 1 7 6 5 4'),
        ('after => ''3aaa'', sort_by => ''sharpe_ratio'', result_limit => 3', '1 7 6'),
        ('after => ''3aaa'', sort_by => ''sharpe_ratio'', descending => false', '8 9 2 6 5 4'),
        ('after => ''6aaa'', sort_by => ''sharpe_ratio''',               '5 4'),
        ('after => ''4aaa'', sort_by => ''sharpe_ratio''',               ''),
        ('after => ''9aaa'', parameters => ''{"p": {"<": 20}}''',        '4 2 1')
       ) AS example (filters, expected);

-- A session's settings change nothing: IST is not only India's, and numbers are shown shorter.
SELECT pg_temp.record_at(10, '{"metrics": {"sharpe_ratio": 1.0000000000000004}}'),
    pg_temp.record_at(11, '{"metrics": {"sharpe_ratio": 1.0000000000000002}}');
SET LOCAL timezone = 'Asia/Kolkata';
SET LOCAL datestyle = 'SQL, DMY';
SET LOCAL extra_float_digits = -10;
SELECT is((SELECT string_agg(split_part(short_id(run_id), 'a', 1), ' ')
             FROM list_runs(since => make_timestamptz(2026, 3, 2, 14, 33, 0),
                            until => make_timestamptz(2026, 3, 2, 14, 35, 0),
                            data_since => make_timestamptz(2024, 12, 31, 5, 30, 0),
                                data_until => make_timestamptz(2024, 12, 31, 5, 31, 0))),
          '4 3', 'times are instants, however the session writes them');
SELECT is(pg_temp.listed('sort_by => ''sharpe_ratio'', after => ''10aa'''), '11 3 1 7 6 5 4', 'a page begins exactly');
SELECT is(pg_temp.listed('sort_by => ''sharpe_ratio'', after => ''11aa'', descending => false'), '10 8 9 2 6 5 4',
          'in both directions');
RESET extra_float_digits;
RESET datestyle;
RESET timezone;

-- Far times are times.
SELECT is(pg_temp.listed(filters), expected, filters)
  FROM (VALUES
        ('since => ''-infinity''', '11 10 9 8 7 6 5 4 3 2 1'), ('until => ''infinity''', '11 10 9 8 7 6 5 4 3 2 1'),
        ('since => ''infinity''', ''), ('until => ''-infinity''', ''),
        ('since => ''4713-01-01 00:00+00 BC''', '11 10 9 8 7 6 5 4 3 2 1'), ('until => ''4713-01-01 00:00+00 BC''', ''),
        ('since => ''294276-12-31 23:59:59.999999+00''', ''),
        ('until => ''294276-12-31 23:59:59.999999+00''', '11 10 9 8 7 6 5 4 3 2 1'),
        ('until => ''1970-01-01 00:00+00''', ''),
        ('data_since => ''-infinity'', data_until => ''infinity''', '11 10 9 8 7 5 4 3 2 1')
       ) AS example (filters, expected);

-- A run that was called interrupted leaves rows of its first record in the search index: it is found once, by its last.
SELECT pg_temp.insert_earlier('btsql.backtest_run', pg_temp.interrupted_record(jsonb_build_object(
    'run_id', pg_temp.id_at('2026-03-02 09:12:00+00', '12aaaaaaaaaa'), 'started_at', '2026-03-02T09:12:00Z',
    'record_digest', 'old', 'parameters', '{"twice": 1, "gone": 1}'::jsonb)));
SELECT write_parameters(find_run('12aa'), '{"twice": 1, "gone": 1}');
SELECT pg_temp.record_at(12, '{"parameters": {"twice": 2}}');
SELECT is((SELECT count(*) FROM run_parameter WHERE run_id = find_run('12aa')), 3::bigint, 'there are rows too many');
SELECT is(pg_temp.listed(format('parameters => %L', criteria)), expected, criteria)
  FROM (VALUES ('{"twice": {">": 0}}', '12'), ('{"twice": {"in": [1, 2]}}', '12'), ('{"twice": 2}', '12'),
        ('{"twice": 1}', ''),
               ('{"gone": 1}', ''), ('{"gone": {"exists": true}}', ''),
               ('{"twice": {"<": 2}}', '')) AS example (criteria, expected);

-- What is refused: with a condition of SQL's own, and what was wrong.
SELECT is(pg_temp.diagnostics(format('SELECT btsql.list_runs(%s)', filters)) - '{detail,rule,table,hint}'::text[],
          jsonb_build_object('sqlstate', state, 'message', message), filters)
  FROM (VALUES
        ('sort_by => ''sharpe''',                  '22023', 'runs cannot be sorted by "sharpe"'),
        ('sort_by => NULL',                        '22023', 'runs cannot be sorted by "NULL"'),
        ('sort_by => ''run_id''',                  '22023', 'runs cannot be sorted by "run_id"'),
        ('sort_by => ''sharpe_ratio DESC; --''',   '22023', 'runs cannot be sorted by "sharpe_ratio DESC; --"'),
        ('status => ''x'', sort_by => ''sharpe_ratio'', metrics => ''{"sharpe_ratio": 1}''', '22023',
         'status is "x", not success, failure or interrupted'),
        ('status => ''failure'', sort_by => ''sharpe_ratio'', metrics => ''{"sharpe_ratio": 1, "sharpe": 1}''', '22023',
         'there is no metric "sharpe"'),
        ('tags => ''{a,NULL}''',                   '22023', 'a tag is NULL'),
        ('tags => ''{a,NULL}'', parameters => ''{"p": 1}''', '22023', 'a tag is NULL'),
        ('tags => ''{NULL}''',                     '22023', 'a tag is NULL'),
        ('tags => ''{{a,b},{c,a}}''',              '22023', 'tags is not a list of up to 20 tags'),
        ('tags => array_fill(''a''::text, ARRAY[21])', '22023', 'tags is not a list of up to 20 tags'),
        ('after => ''deadbeef''',                  'P0002', 'no run answers to "deadbeef"'),
        ('after => ''019cad''',                    '21000', '"019cad" fits more than one run'),
        ('after => ''x'''' OR true --''',          '22023', 'not a reference to a run: "x'' OR true --"'),
        ('after => ''''',                          '22023', 'not a reference to a run: ""'),
        ('parameters => ''[]''',                   '22023', 'criteria must be a JSON object, not array'),
        ('parameters => ''null''',                 '22023', 'criteria must be a JSON object, not null'),
        ('parameters => ''{"p": {"like": "a%"}}''', '22023', 'parameter "p" is compared by "like" with "a%"'),
        ('parameters => ''{"p": {"<": null}}''',   '22023', 'parameter "p" is compared by "<" with null'),
        ('parameters => ''{"p": {"x": 1}}''',      '22023', 'parameter "p" is compared by "x" with 1'),
        ('parameters => ''{"p": {"in": 1}}''',     '22023', 'parameter "p" is compared by "in" with 1'),
        ('metrics => ''"x"''',                     '22023', 'criteria must be a JSON object, not string'),
        ('metrics => ''{"sharpe": 1}''',           '22023', 'there is no metric "sharpe"'),
        ('metrics => ''{"sharpe_ratio": "1"}''',   '22023', 'metric "sharpe_ratio" is compared by "=" with "1"'),
        ('metrics => ''{"sharpe_ratio": null}''',  '22023', 'metric "sharpe_ratio" is compared by "=" with null'),
        ('metrics => ''{"sharpe_ratio": {"in": [1]}}''', '22023', 'metric "sharpe_ratio" is compared by "in" with [1]'),
        ('metrics => ''{"run_id": 1}''',           '22023', 'there is no metric "run_id"')
       ) AS example (filters, state, message);
SELECT is(pg_temp.listed(format('%s => %L', filter, value)), '', format('%s %s finds nothing', filter, value))
  FROM (VALUES ('strategy_name'), ('strategy_type'), ('instrument')) AS name (filter)
 CROSS JOIN (VALUES (''' OR true --'), (E'\\'' OR true --'), ('%s %1$L'), ('"'), ('{}'), ('')) AS attack (value);
SELECT is((SELECT count(*) FROM backtest_run), 12::bigint, 'every run is still there');

-- Page by page, every run once and in the order of one long list: for each order, with ties and without the metric.
DELETE FROM backtest_run;
SELECT pg_temp.record_at(place, jsonb_build_object('metrics', (
           SELECT jsonb_object_agg(metric, CASE WHEN place % 5 = 0 THEN 'null'::jsonb
                                                WHEN unit = 'count' AND metric <> 'periods_per_year' THEN to_jsonb(0)
                                                WHEN metric = 'periods_per_year'
                                                    THEN to_jsonb(CASE place % 2 WHEN 0 THEN 252 ELSE 365 END)
                                                WHEN highest = 0 THEN to_jsonb(-(place % 3) / 8.0)
                                                ELSE to_jsonb(place % 3 / 8.0) END)
             FROM metric_definition())),
                 CASE place % 7 WHEN 3 THEN 'failure' WHEN 5 THEN 'interrupted' ELSE 'success' END)
  FROM generate_series(1, 29) AS place;

-- With newcomers, a run is added between the pages that sorts first, in the middle, last, or among those without.
CREATE FUNCTION pg_temp.walk(filters text, result_limit integer, newcomers boolean DEFAULT false)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    walked uuid[] := ARRAY[]::uuid[];
    page   uuid[];
    pages  integer := 0;
BEGIN
    LOOP
        EXECUTE format('SELECT array_agg(run_id) FROM btsql.list_runs(%s, result_limit => %s, after => $1)', filters,
                       result_limit)
           INTO page
          USING walked[array_upper(walked, 1)]::text;
        EXIT WHEN page IS NULL OR pages = 100; -- never that many, unless a page comes again
        walked := walked || page;
        pages := pages + 1;
        IF newcomers THEN
            PERFORM pg_temp.record_at(1000 + pages, jsonb_build_object('metrics', jsonb_build_object(
                'sharpe_ratio', (ARRAY['9', '-9', '0.125', 'null', '0']::jsonb[])[1 + pages % 5])));
        END IF;
    END LOOP;
    RETURN array_to_string(walked, ' ');
END;
$$;
CREATE FUNCTION pg_temp.one_list(filters text)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    listed text;
BEGIN
    EXECUTE format('SELECT string_agg(run_id::text, '' '') FROM btsql.list_runs(%s, result_limit => 1000)',
                   filters) INTO listed;
    RETURN listed;
END;
$$;

CREATE TEMPORARY TABLE walk AS
SELECT format('sort_by => %L, descending => %L', sort_by, descending) AS filters, sort_by, descending
  FROM (SELECT metric FROM metric_definition() UNION ALL VALUES ('started_at')) AS known (sort_by)
 CROSS JOIN (VALUES (true), (false)) AS direction (descending);
SELECT is(pg_temp.walk(filters, 4), pg_temp.one_list(filters), 'in pages of 4: ' || filters) FROM walk;
SELECT is((SELECT count(DISTINCT id) FROM regexp_split_to_table(pg_temp.one_list(filters), ' ') AS id), 29::bigint,
          'every run once: ' || filters)
  FROM walk;
SELECT is(pg_temp.one_list(filters),
          (SELECT string_agg(run.run_id::text, ' ' ORDER BY CASE WHEN descending THEN -value ELSE value END NULLS LAST,
                             CASE WHEN descending OR value IS NULL THEN run.place END DESC, run.place)
             FROM (SELECT run_id, row_number() OVER (ORDER BY run_id) AS place FROM backtest_run) AS run
             LEFT JOIN (SELECT run_id, CASE WHEN sort_by = 'started_at' THEN 0
                                            ELSE (to_jsonb(metrics) ->> sort_by)::double precision END AS value
                          FROM performance_metrics AS metrics) AS measured USING (run_id)),
                              'as SQL sorts them: ' || filters)
  FROM walk
 WHERE sort_by <> 'started_at';
-- What sorts is in the rows, exactly; the time of the start is there already.
CREATE FUNCTION pg_temp.sort_values(sort_by text)
RETURNS TABLE (run_id uuid, sort_value double precision)
LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY SELECT listed.run_id, listed.sort_value
                   FROM btsql.list_runs(sort_by => sort_values.sort_by, result_limit => 1000) AS listed;
END;
$$;
SELECT ok(NOT EXISTS (SELECT FROM pg_temp.sort_values(metric) AS listed
                        LEFT JOIN performance_metrics AS metrics USING (run_id)
                       WHERE listed.sort_value IS DISTINCT FROM (to_jsonb(metrics) ->> metric)::double precision),
          'sort_value is ' || metric)
  FROM metric_definition();
SELECT is((SELECT count(sort_value) FROM list_runs()), 0::bigint, 'by time there is no sort_value');
SELECT is(pg_temp.walk(filters, size), pg_temp.one_list(filters), format('in pages of %s: %s', size, filters))
  FROM (VALUES ('sort_by => ''sharpe_ratio'''),
        ('sort_by => ''sharpe_ratio'', status => ''success'', descending => false'),
               ('parameters => ''{"fast_period": 10}'''),
               ('sort_by => ''cagr'', parameters => ''{"fast_period": {">": 9}}'''),
               ('sort_by => ''cagr'', strategy_type => ''sma_crossover''')) AS given (filters)
 CROSS JOIN generate_series(1, 30, 4) AS size;
-- While runs arrive nobody who was there is left out or seen twice.
SELECT is((SELECT array_agg(split_part(short_id(id::uuid), 'a', 1)::integer ORDER BY place)
             FROM regexp_split_to_table(pg_temp.walk(filters, 3, true), ' ') WITH ORDINALITY AS one (id, place)
            WHERE length(split_part(short_id(id::uuid), 'a', 1)) < 4),
          (SELECT array_agg(split_part(short_id(id::uuid), 'a', 1)::integer ORDER BY place)
             FROM regexp_split_to_table(before, ' ') WITH ORDINALITY AS one (id, place)),
                 'while runs arrive: ' || filters)
  FROM (SELECT 'sort_by => ''sharpe_ratio''' AS filters,
        pg_temp.one_list('sort_by => ''sharpe_ratio''') AS before) AS given;
DELETE FROM backtest_run WHERE split_part(short_id(run_id), 'a', 1)::integer >= 1000;
SELECT is((SELECT array_agg(split_part(short_id(id::uuid), 'a', 1)::integer ORDER BY place)
             FROM regexp_split_to_table(pg_temp.walk(filters, 3, true), ' ') WITH ORDINALITY AS one (id, place)),
          (SELECT array_agg(split_part(short_id(id::uuid), 'a', 1)::integer ORDER BY place)
             FROM regexp_split_to_table(before, ' ') WITH ORDINALITY AS one (id, place)),
                 'while runs arrive: newest first')
  FROM (SELECT 'descending => true' AS filters, pg_temp.one_list('descending => true') AS before) AS given;

SELECT * FROM finish();
ROLLBACK;
