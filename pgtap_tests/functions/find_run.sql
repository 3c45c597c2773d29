-- Tests of functions/find_run: the whole grammar of references
BEGIN;
\ir ../fixtures.psql
SELECT plan(82);

SELECT has_function('btsql', 'find_run', ARRAY['text']);
SELECT function_returns('btsql', 'find_run', ARRAY['text'], 'uuid');
SELECT function_lang_is('btsql', 'find_run', ARRAY['text'], 'plpgsql');
SELECT volatility_is('btsql', 'find_run', ARRAY['text'], 'stable');

SELECT throws_ok(format('SELECT btsql.find_run(%L)', reference), 'P0002', format('no run answers to "%s"', reference),
                 format('before the first run, %s finds none', reference))
  FROM (VALUES ('@'), ('@ok'), ('@~1'), ('a1b2'), ('019cade2-123b-7abc-8def-a1b2c3d4e5f6')) AS example (reference);

-- Five runs, oldest first. Two last groups begin alike, and one begins like the whole ids of all.
CREATE TEMPORARY TABLE run (place integer, run_id uuid, status text);
INSERT INTO run
SELECT place, pg_temp.id_at(timestamptz '2026-03-02 09:30:00+00' + place * interval '1 second', last_group), status
  FROM (VALUES (1, 'a1b2c3d4e5f6', 'success'),
               (2, 'a1b2ffffffff', 'failure'),
               (3, '00009999abcd', 'success'),
               (4, 'dead0000beef', 'interrupted'),
               (5, '019ca0000001', 'failure')) AS made (place, last_group, status);
SELECT record_run(CASE status WHEN 'success' THEN pg_temp.success_record(changes)
                              WHEN 'failure' THEN pg_temp.failure_record(changes)
                              ELSE pg_temp.interrupted_record(changes) END)
  FROM run
 CROSS JOIN LATERAL (SELECT jsonb_build_object('run_id', run_id, 'started_at',
                                timestamptz '2026-03-02 09:30:00+00' + place * interval '1 second') AS changes) AS made
 ORDER BY place DESC;

SELECT is((SELECT place FROM run WHERE run_id = find_run(reference)), expected, format('"%s" is run %s', reference, expected))
  FROM (VALUES
        -- by the order of their starts, whatever the order of recording was
        ('@',                                       5),
        ('@~0',                                     5),
        ('@~1',                                     4),
        ('@~4',                                     1),
        ('@~004',                                   1),
        ('@ok',                                     3),
        ('@OK',                                     3),
        -- the whole id
        ('019cade2-15a8-7abc-8def-a1b2c3d4e5f6',    1),
        ('019CADE2-15A8-7ABC-8DEF-A1B2C3D4E5F6',    1),
        ('019cade215a87abc8defa1b2c3d4e5f6',        1),
        ('  019cade2-15a8-7abc-8def-a1b2c3d4e5f6 ', 1),
        -- first digits of the last group
        ('a1b2c',                                   1),
        ('A1B2C',                                   1),
        ('a1b2c3d4',                                1),
        ('a1b2c3d4e5f6',                            1),
        ('a1b2f',                                   2),
        ('0000',                                    3),
        ('dead',                                    4),
        (' dead ',                                  4),
        ('dead0000beef',                            4),
        -- first digits of the whole id, with the hyphens or without
        ('019cade2-15a8',                           1),
        ('019cade2-15a8-',                          1),
        ('019cade215a8',                            1),
        ('019cade2-1990-7',                         2),
        ('019cade2-15a8-7abc-8def-a1b2c3d4e5f',     1),
        ('019ca0',                                  5)
       ) AS example (reference, expected);

-- None.
SELECT is(pg_temp.diagnostics(format('SELECT btsql.find_run(%L)', reference)) - '{detail,rule,table}'::text[],
          jsonb_build_object('sqlstate', 'P0002', 'message', format('no run answers to "%s"', reference),
                             'hint', 'List the recorded runs with list_runs().'),
          format('"%s" is none', reference))
  FROM (VALUES
        ('deadbeef'),
        ('ffff'),
        ('@~5'),
        ('@~999999999'),
        ('a1b2c3d4e5f7'),
        ('019cade2-15a8-7abc-8def-a1b2c3d4e5f7'),
        ('b2c3d4'),                 -- digits from the middle of the last group
        ('15a8')                    -- and of the whole id
       ) AS example (reference);

-- Several: the candidates are listed, newest first.
SELECT is(pg_temp.diagnostics('SELECT btsql.find_run(''a1b2'')') - '{rule,table}'::text[],
          jsonb_build_object('sqlstate', '21000', 'message', '"a1b2" fits more than one run', 'hint', 'Give more digits.',
                             'detail', E'a1b2ffff  2026-03-02 09:30:02 UTC  first try  failure\n'
                                       'a1b2c3d4  2026-03-02 09:30:01 UTC  first try  success'),
          'first digits that two last groups share');
SELECT is(pg_temp.diagnostics('SELECT btsql.find_run(''019c'')') ->> 'detail',
          (SELECT string_agg(format('%s  2026-03-02 09:30:0%s UTC  first try  %s',
                                    left(short_id(run_id), 8), place, status), E'\n' ORDER BY run_id DESC) FROM run),
          'first digits that whole ids share, and a last group: each run is listed once');
SELECT is(pg_temp.diagnostics('SELECT btsql.find_run(''019cade2-1'')') ->> 'sqlstate', '21000', 'with a hyphen too');

-- Anything else is no reference.
SELECT is(pg_temp.diagnostics(format('SELECT btsql.find_run(%L)', reference)) - '{detail,rule,table,hint}'::text[],
          jsonb_build_object('sqlstate', '22023', 'message', format('not a reference to a run: "%s"', left(reference, 100))),
          format('%s is no reference', to_json(left(reference, 50))))
  FROM (VALUES
        (''), (' '), ('@@'), ('@~'), ('@~-1'), ('@~1.0'), ('@~ 1'), ('@1'), ('@~1234567890'), ('@ok~1'), ('@newest'), ('~1'),
        ('dea'), ('xyz1'), ('deadbee?'), ('dead beef'), ('dead%'), ('dea-d'), ('-dead'), ('0xdead'), (E'dead\nbeef'),
        ('{019cade2-15a8-7abc-8def-a1b2c3d4e5f6}'),
        ('019cade2-15a8-7abc-8def-a1b2c3d4e5f60'),
        ('first try'), ('sma_crossover'), (''' OR true --'),
        (repeat('z', 1000))
       ) AS example (reference);
SELECT throws_ok('SELECT btsql.find_run(NULL)', '22023', 'not a reference to a run: "<NULL>"', 'nor is NULL');
SELECT matches(pg_temp.diagnostics('SELECT btsql.find_run(''x'')') ->> 'hint',
               '^Give a run id, .* @ for the newest run, @~2 .* @ok for the newest success\.$', 'the hint tells the grammar');

-- Many: ten are listed, and that there are more.
SELECT record_run(pg_temp.failure_record(jsonb_build_object(
           'run_id', pg_temp.id_at(started_at, 'cafe' || lpad(to_hex(number), 8, '0')), 'started_at', started_at)))
  FROM generate_series(1, 12) AS number
 CROSS JOIN LATERAL (SELECT timestamptz '2026-03-03 00:00:00+00' + number * interval '1 second' AS started_at) AS made;
SELECT results_eq(
    $$ SELECT split_part(listed, '  ', 1)
         FROM string_to_table(pg_temp.diagnostics('SELECT btsql.find_run(''cafe'')') ->> 'detail', E'\n') AS listed $$,
    $$ (SELECT short_id(run_id) FROM backtest_run WHERE short_id(run_id) LIKE 'cafe%' ORDER BY run_id DESC LIMIT 10)
       UNION ALL VALUES ('...') $$,
    'of twelve candidates the ten newest are listed');
SELECT is(find_run('cafe0000000c'), find_run('@'), 'all digits tell them apart');

-- A name of several lines takes one.
SELECT record_run(pg_temp.failure_record(jsonb_build_object(
           'run_id', pg_temp.id_at(started_at, 'beef0000' || number), 'started_at', started_at, 'strategy_name', E'a \n b')))
  FROM (VALUES (timestamptz '2026-03-05 00:00:00+00', '0001'), ('2026-03-05 00:00:01+00', '0002')) AS made (started_at, number);
SELECT is(pg_temp.diagnostics('SELECT btsql.find_run(''beef'')') ->> 'detail',
          E'beef00000002  2026-03-05 00:00:01 UTC  a b  failure\nbeef00000001  2026-03-05 00:00:00 UTC  a b  failure',
          'each candidate takes one line');
DELETE FROM backtest_run WHERE short_id(run_id) LIKE 'beef%';

-- Exactly ten.
DELETE FROM backtest_run WHERE short_id(run_id) IN ('cafe00000001', 'cafe00000002');
SELECT is((SELECT count(*) FROM string_to_table(pg_temp.diagnostics('SELECT btsql.find_run(''cafe'')') ->> 'detail', E'\n')),
          10::bigint, 'of ten all are listed, and nothing more is promised');

-- Two runs with the same last group differ in the whole id.
SELECT record_run(pg_temp.failure_record(jsonb_build_object(
           'run_id', pg_temp.id_at('2026-03-04 00:00:00+00', 'dead0000beef'), 'started_at', '2026-03-04T00:00:00Z')));
SELECT is(pg_temp.refusal('SELECT btsql.find_run(''dead0000beef'')'), '21000', 'the same last group twice');
SELECT is(pg_temp.diagnostics('SELECT btsql.find_run(''dead0000beef'')') ->> 'detail',
          format(E'%s  2026-03-04 00:00:00 UTC  first try  failure\n%s  2026-03-02 09:30:04 UTC  first try  interrupted',
                 (SELECT max(run_id::text) FROM backtest_run),
                 (SELECT run_id FROM run WHERE place = 4)), 'whole ids tell those apart');
SELECT is(find_run(run_id::text), run_id, 'the whole id still tells them apart') FROM run WHERE place = 4;

SELECT * FROM finish();
ROLLBACK;
