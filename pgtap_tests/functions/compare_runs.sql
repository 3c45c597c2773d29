-- Tests of functions/compare_runs
BEGIN;
\ir ../fixtures.psql
SELECT plan(105);

SELECT has_function('btsql', 'compare_runs', ARRAY['text[]']);
SELECT function_returns('btsql', 'compare_runs', ARRAY['text[]'], 'setof record');
SELECT function_lang_is('btsql', 'compare_runs', ARRAY['text[]'], 'sql');
SELECT volatility_is('btsql', 'compare_runs', ARRAY['text[]'], 'stable');

SELECT is((SELECT proargnames::text[] FROM pg_proc WHERE oid = 'btsql.compare_runs'::regproc),
          '{references,section,field,run_values,differs,best}', 'columns of the result');

SELECT pg_temp.record_at(1);
SELECT pg_temp.record_at(2, '{"parameters": {"fast_period": 12, "mode": "b"},
                              "metrics": {"total_return": 0.1234567, "sharpe_ratio": 11, "max_drawdown": -0.25, "volatility": 0.1,
                                          "average_loss": -4000, "win_rate": null, "winning_trades": null}}');
SELECT pg_temp.record_at(3, '{"instruments": ["MSFT.XNAS", "AAPL.XNAS"], "currency": "EUR", "initial_capital": 5e4,
                              "data_start": "2021-01-04T14:30:00Z", "data_end": "2022-12-30T21:00:00Z", "data_source": "mock",
                              "environment": {"nautilus_trader": "1.221"}}');
SELECT pg_temp.record_at(4, '{}', 'failure');
SELECT pg_temp.record_at(5, '{}', 'interrupted');

-- Rows of a comparison, by field: {values, differs, best}.
CREATE FUNCTION pg_temp.compared(VARIADIC "references" text[])
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT jsonb_object_agg(section || ' ' || field, jsonb_build_array(run_values, differs, best))
      FROM btsql.compare_runs(VARIADIC "references");
$$;
CREATE FUNCTION pg_temp.cautions(VARIADIC "references" text[])
RETURNS text
LANGUAGE sql
AS $$
    SELECT coalesce(string_agg(field, ', '), '') FROM btsql.compare_runs(VARIADIC "references")
        WHERE section = 'caution';
$$;

SELECT results_eq(
    $$ SELECT section, field, run_values, differs, best FROM compare_runs('1aaa', '2aaa') $$,
    $$ VALUES
        ('run', 'run', '{1aaaaaaa,2aaaaaaa}'::text[], true, NULL),
        ('run', 'status', '{success,success}', false, NULL),
        ('run', 'strategy_type', '{sma_crossover,sma_crossover}', false, NULL),
        ('run', 'strategy_name', '{first try,first try}', false, NULL),
        ('run', 'instruments', '{AAPL.XNAS,AAPL.XNAS}', false, NULL),
        ('run', 'data_start', '{2020-01-02 00:00,2020-01-02 00:00}', false, NULL),
        ('run', 'data_end', '{2024-12-31 00:00,2024-12-31 00:00}', false, NULL),
        ('run', 'initial_capital', '{100000,100000}', false, NULL),
        ('run', 'currency', '{USD,USD}', false, NULL),
        ('run', 'data_source', '{csv,csv}', false, NULL),
        ('run', 'strategy_source', '{NULL,NULL}', false, NULL),
        ('run', 'engine_version', '{NULL,NULL}', false, NULL),
        ('run', 'started_at', '{2026-03-02 09:01,2026-03-02 09:02}', true, NULL),
        ('run', 'duration_seconds', '{1.25,1.25}', false, NULL),
        ('parameter', 'fast_period', '{10,12}', true, NULL),
        ('parameter', 'mode', '{NULL,b}', true, NULL),
        ('parameter', 'slow_period', '{30,NULL}', true, NULL),
        ('metric', 'total_return', '{0.25,0.123457}', true, '1aaaaaaa'),
        ('metric', 'cagr', '{0.05,0.05}', false, 'all'),
        ('metric', 'annualized_return', '{0.05,0.05}', false, 'all'),
        ('metric', 'sharpe_ratio', '{1.5,NULL}', true, '1aaaaaaa'),
        ('metric', 'sortino_ratio', '{2.5,2.5}', false, 'all'),
        ('metric', 'max_drawdown', '{-0.125,-0.25}', true, '1aaaaaaa'),
        ('metric', 'volatility', '{0.2,0.1}', true, '2aaaaaaa'),
        ('metric', 'total_trades', '{4,4}', false, NULL),
        ('metric', 'winning_trades', '{3,NULL}', true, NULL),
        ('metric', 'losing_trades', '{1,1}', false, NULL),
        ('metric', 'win_rate', '{0.75,NULL}', true, '1aaaaaaa'),
        ('metric', 'profit_factor', '{6,6}', false, 'all'),
        ('metric', 'average_win', '{10000,10000}', false, 'all'),
        ('metric', 'average_loss', '{-5000,-4000}', true, '2aaaaaaa'),
        ('metric', 'final_equity', '{125000,125000}', false, 'all'),
        ('metric', 'net_profit', '{25000,25000}', false, 'all'),
        ('metric', 'periods_per_year', '{252,252}', false, NULL) $$,
    'one row a field, in this order; absent is NULL, NULL never wins, each metric has its direction');

-- What makes runs hard to compare comes first.
SELECT results_eq(
    $$ SELECT section, field, run_values, differs, best FROM compare_runs('3aaa', '1aaa', '3aaa') LIMIT 6 $$,
    $$ VALUES
        ('caution', 'other instruments', '{MSFT.XNAS AAPL.XNAS,AAPL.XNAS,MSFT.XNAS AAPL.XNAS}'::text[], true, NULL),
        ('caution', 'other data_start', '{2021-01-04 14:30,2020-01-02 00:00,2021-01-04 14:30}', true, NULL),
        ('caution', 'other data_end', '{2022-12-30 21:00,2024-12-31 00:00,2022-12-30 21:00}', true, NULL),
        ('caution', 'other initial_capital', '{50000,100000,50000}', true, NULL),
        ('caution', 'other currency', '{EUR,USD,EUR}', true, NULL),
        ('run', 'run', '{3aaaaaaa,1aaaaaaa,3aaaaaaa}', true, NULL) $$,
    'in the order of the fields, with the values in the order asked; another data source is none, nor is what is not known');
SELECT is(pg_temp.cautions(VARIADIC given), expected, given::text)
  FROM (VALUES
        ('{1aaa,2aaa}'::text[], ''),
        ('{1aaa,1aaa}', ''),
        ('{1aaa,4aaa}', 'other status'),
        ('{1aaa,5aaa}', 'other status'),
        ('{4aaa,4aaa}', '')
       ) AS example (given, expected);
SELECT is(pg_temp.cautions('1aaa', format('%saaa', place)), expected, expected)
  FROM (VALUES (21, '{"instruments": ["MSFT.XNAS"]}'::jsonb, 'other instruments'),
        (22, '{"initial_capital": 1}', 'other initial_capital'),
               (23, '{"currency": "EUR"}', 'other currency'),
               (24, '{"data_end": "2024-12-30T00:00:00Z"}', 'other data_end'),
               (25, '{"environment": {"nautilus_trader": "1.2"}}', ''),
               (26, '{"strategy_type": "other"}', ''),
               (27, '{"data_source": "mock"}', ''), (28, '{"parameters": {}}', ''),
               (29, '{"initial_capital": 100000.000}', ''))
       AS example (place, change, expected)
 CROSS JOIN LATERAL pg_temp.record_at(place, change) AS recorded
 WHERE recorded IS NOT NULL;

SELECT pg_temp.record_at(20, '{"environment": {"nautilus_trader": "1.3"}}');
SELECT is(pg_temp.cautions('25aa', '20aa', '1aaa'), 'other engine_version', 'of versions that are known');

-- The same instruments and dates, and other data all the same.
SELECT pg_temp.record_at(33, '{"data_source": "mock", "snapshot": {"data": [{"seed": 7}]},
                               "environment": {"data_fingerprint": "aa", "source_digest": "sha256:0123456789abcdef"}}'),
       pg_temp.record_at(34, '{"data_source": "mock", "snapshot": {"data": [{"seed": 8}]},
                               "environment": {"data_fingerprint": "bb", "source_digest": "sha256:fedcba9876543210"}}'),
       pg_temp.record_at(35, '{"snapshot": {"data": [{"path": "/a.csv"}]}, "environment": {"data_fingerprint": "aa"}}'),
       pg_temp.record_at(36, '{"snapshot": {"data": [{"path": "/a.csv"}]}, "environment": {"data_fingerprint": "bb"}}'),
       pg_temp.record_at(37, '{"snapshot": {"data": [{"path": "/b.csv"}]}}'),
       pg_temp.record_at(38, '{"snapshot": {"data": "text"}}'),
       pg_temp.record_at(39, '{"data_end": "2024-12-30T00:00:00Z", "environment": {"data_fingerprint": "bb"}}');
SELECT is(pg_temp.cautions(VARIADIC given), expected, format('data of %s', given))
  FROM (VALUES ('{33aa,34aa}'::text[], 'other market data'), ('{33aa,35aa}', ''), ('{35aa,36aa}', 'other market data'),
               ('{35aa,37aa}', 'other market data'), ('{35aa,38aa}', ''), ('{38aa,38aa}', ''),
               ('{35aa,39aa}', 'other data_end')) AS example (given, expected);
SELECT results_eq(
    $$ SELECT section, field, run_values, differs FROM compare_runs('33aa', '34aa')
        WHERE field IN ('other market data', 'data_source', 'strategy_source') $$,
    $$ VALUES ('caution', 'other market data', '{mock:7,mock:8}'::text[], true), ('run', 'data_source', '{mock:7,mock:8}', true),
              ('run', 'strategy_source', '{0123456789ab,fedcba987654}', true) $$,
    'the data is told with what locates it, a source by the start of its digest');
SELECT is((SELECT run_values FROM compare_runs('35aa', '36aa') WHERE section = 'caution'), '{aa,bb}'::text[],
          'what has changed in its place, by its fingerprint');

-- The same twice.
SELECT is_empty($$ SELECT field FROM compare_runs('2aaa', '2aaa') WHERE differs $$,
                'a run does not differ from itself');
SELECT is(compared #>> '{metric total_return,2}', 'all', 'and is as good as itself')
    FROM pg_temp.compared('2aaa', '2aaa') AS compared;
SELECT is(compared #> '{metric sharpe_ratio}', '[[null, null], false, null]', 'two NULLs do not win')
  FROM pg_temp.compared('2aaa', '2aaa') AS compared;

-- Ties, among more.
SELECT is(compared -> 'metric cagr' ->> 2, 'all', 'all tie') FROM pg_temp.compared('1aaa', '2aaa', '3aaa') AS compared;
SELECT is(compared -> 'metric sharpe_ratio', '[["1.5", null, "1.5"], true, "1aaaaaaa, 3aaaaaaa"]',
          'who tie are named, in the order asked')
  FROM pg_temp.compared('1aaa', '2aaa', '3aaa') AS compared;
SELECT is(compared -> 'metric volatility' ->> 2, '3aaaaaaa, 1aaaaaaa', 'for lower is better too')
  FROM pg_temp.compared('3aaa', '4aaa', '1aaa') AS compared;
SELECT pg_temp.record_at(31, '{"metrics": {"sharpe_ratio": 0.30000000000000004}}'),
    pg_temp.record_at(32, '{"metrics": {"sharpe_ratio": 0.3}}');
SELECT is(compared -> 'metric sharpe_ratio', '[["0.3", "0.3"], true, "31aaaaaa"]',
          'what looks the same is compared exactly')
  FROM pg_temp.compared('31aaa', '32aaa') AS compared;
SET LOCAL extra_float_digits = -3;
SELECT is(compared -> 'metric sharpe_ratio' ->> 2, '31aaaaaa', 'under any settings')
    FROM pg_temp.compared('31aaa', '32aaa') AS compared;
RESET extra_float_digits;

-- Each metric has its direction: the values of 41 are all higher.
SELECT pg_temp.record_at(41, (SELECT jsonb_build_object('metrics', jsonb_object_agg(metric, value))
                                FROM (VALUES ('total_return', 0.3), ('cagr', 0.3), ('annualized_return', 0.3),
                                      ('sharpe_ratio', 3),
                                             ('sortino_ratio', 3), ('max_drawdown', -0.1), ('volatility', 0.3),
                                             ('win_rate', 1),
                                             ('winning_trades', 8), ('losing_trades', 0), ('total_trades', 8),
                                             ('profit_factor', 7),
                                             ('average_win', 20000), ('average_loss', -1), ('final_equity', 200000),
                                             ('net_profit', 100000), ('periods_per_year', 365))
                                             AS higher (metric, value)));
SELECT is(compared -> ('metric ' || metric) ->> 2,
          CASE better WHEN 'higher' THEN '41aaaaaa' WHEN 'lower' THEN '1aaaaaaa' END,
          format('%s: %s is better', metric, better))
  FROM metric_definition()
 CROSS JOIN (SELECT pg_temp.compared('1aaa', '41aa') AS compared) AS one;

-- A failure, and one that knows nothing.
SELECT is((SELECT array_agg(DISTINCT run_values[2]) FROM compare_runs('1aaa', '4aaa') WHERE section = 'metric'),
          ARRAY[NULL]::text[],
          'a failure has no metrics');
SELECT is((SELECT array_agg(field) FROM compare_runs('1aaa', '4aaa') WHERE section = 'metric' AND best <> '1aaaaaaa'),
          NULL,
          'and wins none');
SELECT is(compared -> 'run instruments', '[["AAPL.XNAS", null], true, null]', 'NULL is another value')
  FROM pg_temp.compared('1aaa', '5aaa') AS compared;
SELECT is((SELECT count(*) FROM compare_runs('4aaa', '5aaa') WHERE best IS NOT NULL), 0::bigint,
          'nothing is best among none');

-- Parameters of any kind and name.
SELECT pg_temp.record_at(51,
                         '{"parameters": {"p": 10, "o": {"a": 1}, "l": [1, 2], "": "x", "status": 1, "it''s \"%s\"": true, "e": 1e300}}');
SELECT pg_temp.record_at(52,
                         '{"parameters": {"p": "10", "o": {"a": 1.0}, "l": [2, 1], "": null, "status": 1.0, "e": "x"}}');
SELECT is(compared -> ('parameter ' || name), expected, format('parameter "%s"', name))
  FROM (VALUES ('p', '[["10", "10"], true, null]'::jsonb), ('o', '[["{\"a\": 1}", "{\"a\": 1.0}"], false, null]'),
               ('l', '[["[1, 2]", "[2, 1]"], true, null]'), ('', '[["x", "null"], true, null]'),
               ('status', '[["1", "1"], false, null]'),
               ('it''s "%s"', '[["true", null], true, null]')) AS example (name, expected)
 CROSS JOIN (SELECT pg_temp.compared('51aa', '52aa') AS compared) AS one;

SELECT pg_temp.record_at(53, '{"parameters": {"given": null, "same": null, "text": "null"}}'),
       pg_temp.record_at(54, '{"parameters": {"same": null, "text": null}}');
SELECT is(compared -> ('parameter ' || name), expected, format('parameter "%s", null and absent', name))
  FROM (VALUES ('given', '[["null", null], true, null]'::jsonb), ('same', '[["null", "null"], false, null]'),
               ('text', '[["null", "null"], true, null]')) AS example (name, expected)
 CROSS JOIN (SELECT pg_temp.compared('53aa', '54aa') AS compared) AS one;

-- The same instruments in another order are the same.
SELECT pg_temp.record_at(55, '{"instruments": ["B.X", "A.X"]}'), pg_temp.record_at(56, '{"instruments": ["A.X", "B.X"]}'),
       pg_temp.record_at(57, '{"instruments": ["A.X", "C.X"]}');
SELECT is(pg_temp.cautions(VARIADIC given), expected, given::text)
  FROM (VALUES ('{55aa,56aa}'::text[], ''), ('{55aa,57aa}', 'other instruments')) AS example (given, expected);
SELECT is(compared -> 'run instruments', '[["B.X A.X", "A.X B.X"], false, null]', 'and shown as they were recorded')
  FROM pg_temp.compared('55aa', '56aa') AS compared;

-- 2 to 10 runs.
SELECT is(array_length(run_values, 1), 10, 'ten can be compared')
  FROM compare_runs('1aaa', '2aaa', '3aaa', '4aaa', '5aaa', '1aaa', '2aaa', '3aaa', '@', '@ok') WHERE field = 'run';
SELECT is(compared -> 'run run' -> 0,
          to_jsonb(ARRAY(SELECT left(short_id(run_id), 8) FROM backtest_run ORDER BY run_id DESC LIMIT 2)),
          'by any reference')
  FROM pg_temp.compared('@', '@~1') AS compared;
SELECT is(compared -> 'run run' -> 0, '["2aaaaaaa", "1aaaaaaa"]', 'as an array too')
  FROM pg_temp.compared(VARIADIC '{2aaa,1aaa}') AS compared;
SELECT is(pg_temp.diagnostics(statement) - '{detail,rule,table}'::text[],
          jsonb_build_object('sqlstate', '22023', 'message',
                             format('compare_runs() takes 2 to 10 runs, not %s', number),
                             'hint', 'Write compare_runs(''@~1'', ''@'').'), number || ' are refused')
  FROM (VALUES ('SELECT btsql.compare_runs(''@'')', 1), ('SELECT btsql.compare_runs(VARIADIC ''{}'')', 0),
               ('SELECT btsql.compare_runs(VARIADIC NULL)', 0),
               ('SELECT btsql.compare_runs(''@'',''@'',''@'',''@'',''@'',''@'',''@'',''@'',''@'',''@'',''@'')', 11))
       AS example (statement, number);
SELECT is(pg_temp.refusal(format('SELECT btsql.compare_runs(''1aaa'', %L)', reference)), state,
          format('"%s" is refused', reference))
  FROM (VALUES ('deadbeef', 'P0002'), ('@~99', 'P0002'), ('019cad', '21000'), ('x', '22023'), ('', '22023'),
        (NULL, '22023'))
       AS example (reference, state);
SELECT matches(pg_temp.diagnostics('SELECT btsql.compare_runs(''1aaa'', ''019cad'')') ->> 'detail', left(short_id(find_run('@')), 8),
               'candidates of an ambiguous one are named');

-- Times are in UTC, whatever the session's.
SET LOCAL timezone = 'Asia/Kolkata';
SET LOCAL datestyle = 'SQL, DMY';
SELECT is(compared -> 'run data_start' -> 0, '["2021-01-04 14:30", "2020-01-02 00:00"]', 'times are in UTC')
  FROM pg_temp.compared('3aaa', '1aaa') AS compared;

-- What the runs were built of.
CREATE FUNCTION pg_temp.sampled(digest text, place text DEFAULT '/here')
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT jsonb_build_object(
        'environment', '{"data_fingerprint": "aa", "data_fingerprint_covers": "a sample"}'::jsonb,
        'snapshot', jsonb_build_object('data', jsonb_build_array(
            jsonb_strip_nulls(jsonb_build_object('path', place, 'sha256', digest)))));
$$;
SELECT pg_temp.record_at(60, '{"snapshot": {"venues": [{"venue": "XNAS", "fee_model": {"class": "A", "commission": "1 USD"}}],
                                "instruments": [{"id": "AAPL.XNAS", "taker_fee": "0", "lot_size": "1", "ts_init": 1}],
                                "engine": {"risk_engine": {"bypass": false}}, "actors": []}}'),
       pg_temp.record_at(61, '{"snapshot": {"venues": [{"venue": "XNAS", "fee_model": {"class": "A", "commission": "2 USD"}}],
                                "instruments": [{"id": "AAPL.XNAS", "taker_fee": "0.01", "lot_size": "1", "ts_init": 2}],
                                "engine": {"risk_engine": {"bypass": true}}, "actors": [{"actor_path": "m:A"}]}}'),
       pg_temp.record_at(62, '{"instruments": ["MSFT.XNAS"],
                               "snapshot": {"venues": [{"venue": "XNAS"}], "instruments": [{"id": "MSFT.XNAS"}],
                                "engine": {"risk_engine": {"bypass": false}}, "actors": []}}'),
       pg_temp.record_at(63, '{"snapshot": {"venues": "text", "actors": [1, null], "exec_algorithms": {"a": 1}}}'),
       pg_temp.record_at(64, '{"snapshot": {"venues": 5, "actors": "text", "exec_algorithms": [[2]]}}'),
       pg_temp.record_at(65, '{"snapshot": {"venues": [{"venue": "A"}, {"venue": "B"}]}}'),
       pg_temp.record_at(66, '{"snapshot": {"venues": [{"venue": "B"}, {"venue": "A"}]}}'),
       pg_temp.record_at(67, '{"snapshot": {"venues": [{"venue": "B"}, {"venue": "A", "modules": {}}]}}');
SELECT results_eq(
    $$ SELECT field, run_values FROM compare_runs('60aa', '61aa') WHERE section = 'caution' $$,
    $$ VALUES ('other venues', '{"{\"XNAS / fee_model / commission\": \"1 USD\"}","{\"XNAS / fee_model / commission\": \"2 USD\"}"}'::text[]),
              ('other instrument definitions',
               '{"{\"AAPL.XNAS / taker_fee\": \"0\"}","{\"AAPL.XNAS / taker_fee\": \"0.01\"}"}'),
              ('other engine settings', '{"{\"risk_engine / bypass\": false}","{\"risk_engine / bypass\": true}"}'),
              ('other actors', '{NULL,"{\"1 / actor_path\": \"m:A\"}"}') $$,
    'settings that differ are told, and only these');
SELECT is(pg_temp.cautions(VARIADIC given), expected, format('what %s were built of', given))
  FROM (VALUES ('{60aa,62aa}'::text[], 'other instruments'), ('{60aa,1aaa}', ''), ('{60aa,60aa}', ''),
               ('{63aa,64aa}', 'other venues, other actors, other exec algorithms'),
               ('{65aa,66aa}', ''), ('{65aa,67aa}', 'other venues'), ('{65aa,67aa,1aaa}', ''))
       AS example (given, expected);

SELECT is((SELECT run_values FROM compare_runs('65aa', '67aa') WHERE field = 'other venues'),
          '{NULL,"{\"A / modules\": {}}"}', 'a setting that is empty is a setting');

-- Ten runs of a hundred instruments, of which every definition differs.
SELECT pg_temp.record_at(place, jsonb_build_object('instruments', names.ids, 'snapshot', jsonb_build_object('instruments', (
           SELECT jsonb_agg(fields.document || jsonb_build_object('id', id, 'taker_fee', place))
             FROM unnest(names.ids) AS id))))
  FROM generate_series(70, 79) AS place
 CROSS JOIN (SELECT array_agg('I' || number || '.X') AS ids FROM generate_series(1, 100) AS number) AS names
 CROSS JOIN (SELECT jsonb_object_agg('field ' || number, number) AS document FROM generate_series(1, 25) AS number) AS fields;
SET LOCAL statement_timeout = '30s';  -- minutes, if each setting is looked up among all
SELECT is((SELECT run_values[10]::jsonb -> 'I100.X / taker_fee'
             FROM compare_runs('70aa', '71aa', '72aa', '73aa', '74aa', '75aa', '76aa', '77aa', '78aa', '79aa')
            WHERE field = 'other instrument definitions'), '79', 'what differs is found among many settings');
RESET statement_timeout;

-- The digest of a file tells what a fingerprint of a sample does not.
SELECT pg_temp.record_at(80, pg_temp.sampled('f')), pg_temp.record_at(81, pg_temp.sampled('0123456789abcdef')),
       pg_temp.record_at(82, pg_temp.sampled('f', '/elsewhere')), pg_temp.record_at(83, pg_temp.sampled(NULL));
SELECT is(pg_temp.cautions(VARIADIC given), expected, format('samples of %s', given))
  FROM (VALUES ('{80aa,81aa}'::text[], 'other market data'), ('{80aa,82aa}', ''), ('{80aa,83aa}', ''), ('{83aa,83aa}', ''))
       AS example (given, expected);
SELECT is((SELECT run_values FROM compare_runs('80aa', '81aa') WHERE section = 'caution'), '{f,0123456789ab}'::text[],
          'which is then shown');
SELECT pg_temp.record_at(place, jsonb_build_object('snapshot', jsonb_build_object('data', digests)))
  FROM (VALUES (84, '[{"sha256": "a1"}, {"sha256": "b1"}, {"sha256": "c1"}]'::jsonb),
               (85, '[{"sha256": "a1"}, {"sha256": "b2"}, {"sha256": "c2"}]'),
               (86, '[{"sha256": "b1"}, {"sha256": "a1"}, {"sha256": "c1"}]')) AS files (place, digests);
SELECT is((SELECT run_values FROM compare_runs('84aa', '85aa') WHERE field = 'other market data'), '{b1 c1,b2 c2}'::text[],
          'of several files those that not all have');
SELECT is((SELECT run_values FROM compare_runs('84aa', '86aa') WHERE field = 'other market data'), '{a1,b1}'::text[],
          'or the first, of the same in another order');

-- Ids are as long as is needed to tell the runs apart.
SELECT record_run(pg_temp.success_record(jsonb_build_object(
           'run_id', pg_temp.id_at(started_at, last_group), 'started_at', started_at,
           'metrics', pg_temp.success_record() -> 'metrics' || jsonb_build_object('sharpe_ratio', sharpe))))
  FROM (VALUES (timestamptz '2026-03-02 12:00:00+00', 'abababab1111', 1), ('2026-03-02 12:01:00+00', 'abababab2222', 2))
       AS made (started_at, last_group, sharpe);
SELECT is((SELECT ARRAY[best] || (SELECT run_values FROM compare_runs('abababab1', 'abababab2') WHERE field = 'run')
             FROM compare_runs('abababab1', 'abababab2', 'abababab2') WHERE field = 'sharpe_ratio'),
          '{"abababab2, abababab2",abababab1,abababab2}', 'two runs whose ids begin alike');

SELECT * FROM finish();
ROLLBACK;
