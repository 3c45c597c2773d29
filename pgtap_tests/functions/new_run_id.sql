-- Tests of functions/new_run_id
BEGIN;
\ir ../fixtures.psql
SELECT plan(17);

SELECT has_function('btsql', 'new_run_id', ARRAY['timestamp with time zone']);
SELECT function_returns('btsql', 'new_run_id', ARRAY['timestamp with time zone'], 'uuid');
SELECT function_lang_is('btsql', 'new_run_id', ARRAY['timestamp with time zone'], 'plpgsql');
SELECT volatility_is('btsql', 'new_run_id', ARRAY['timestamp with time zone'], 'volatile');
SELECT is_strict('btsql', 'new_run_id', ARRAY['timestamp with time zone']);

CREATE TEMPORARY TABLE made AS
SELECT number, new_run_id(timestamptz '2026-03-02 09:30:00+00' + number * interval '1.5 milliseconds') AS run_id
  FROM generate_series(0, 999) AS number;

SELECT is_empty('SELECT run_id FROM made WHERE run_id::text !~ ''^.{14}7.{4}[89ab]''', 'version 7, variant of RFC 9562');
SELECT is_empty(
    $$ SELECT run_id
         FROM made
        WHERE run_id_milliseconds(run_id)
              <> epoch_milliseconds(timestamptz '2026-03-02 09:30:00+00' + number * interval '1.5 milliseconds') $$,
    'the milliseconds are those of started_at');
SELECT results_eq('SELECT number FROM made ORDER BY run_id', 'SELECT number FROM made ORDER BY number', 'ids sort by start');
SELECT is((SELECT count(DISTINCT short_id(run_id)) FROM made), 1000::bigint, 'the last group tells them apart');

-- The other 74 bits are chance: over 1,000 ids each is sometimes 0 and sometimes 1, and nothing else is.
SELECT is((SELECT string_agg(place::text, ',' ORDER BY place)
             FROM generate_series(48, 127) AS place
            WHERE (SELECT count(DISTINCT get_bit(uuid_send(run_id), place / 8 * 8 + 7 - place % 8)) FROM made) = 1),
          '48,49,50,51,64,65',
          'all bits after the time are random but those of version and variant');

SELECT cmp_ok(abs(run_id_milliseconds(new_run_id()) - epoch_milliseconds(clock_timestamp())), '<', 1000::bigint,
              'by default the run starts now');
SELECT isnt(new_run_id(), new_run_id(), 'no two are the same');
SELECT is(new_run_id(NULL), NULL, 'no start, no id');
SELECT throws_ok(format('SELECT btsql.new_run_id(%L)', started_at), '22023', NULL, format('no id for %s', started_at))
  FROM (VALUES ('infinity'), ('-infinity'), ('1969-12-31 23:59:59+00'), ('9999-01-01 00:00:00+00')) AS example (started_at);

SELECT * FROM finish();
ROLLBACK;
