-- Tests of functions/time_of
BEGIN;
\ir ../fixtures.psql
SELECT plan(35);

SELECT has_function('btsql', 'time_of', ARRAY['jsonb', 'text']);
SELECT function_returns('btsql', 'time_of', ARRAY['jsonb', 'text'], 'timestamp with time zone');
SELECT function_lang_is('btsql', 'time_of', ARRAY['jsonb', 'text'], 'plpgsql');
SELECT volatility_is('btsql', 'time_of', ARRAY['jsonb', 'text'], 'stable');
SELECT is_strict('btsql', 'time_of', ARRAY['jsonb', 'text']);

-- The session's own zone and date style never matter.
SET LOCAL timezone = 'Asia/Kolkata';
SET LOCAL datestyle = 'SQL, DMY';

SELECT is(time_of(jsonb_build_object('at', written), 'at'), expected, written || ' is a time')
  FROM (VALUES
        ('2026-03-02T09:30:00Z',                timestamptz '2026-03-02 09:30:00+00'),
        ('2026-03-02 09:30:00+00',              '2026-03-02 09:30:00+00'),
        ('2026-03-02T09:30Z',                   '2026-03-02 09:30:00+00'),
        ('2026-03-02T09:30:00.123456Z',         '2026-03-02 09:30:00.123456+00'),
        ('2026-03-02T09:30:00.123456789Z',      '2026-03-02 09:30:00.123457+00'),
        ('2026-03-02T09:30:00+05:30',           '2026-03-02 04:00:00+00'),
        ('2026-03-02T09:30:00-0800',            '2026-03-02 17:30:00+00'),
        ('2024-02-29T00:00:00Z',                '2024-02-29 00:00:00+00'),
        ('0001-01-01T00:00:00Z',                '0001-01-01 00:00:00+00'),
        ('9999-12-31T23:59:59.999999Z',         '9999-12-31 23:59:59.999999+00')
       ) AS example (written, expected);

SELECT is(time_of('{}', 'at'), NULL, 'an absent time is NULL');
SELECT is(time_of('{"at": null}', 'at'), NULL, 'and so is null');

-- Each refusal names the key.
SELECT is(pg_temp.diagnostics(format('SELECT btsql.time_of(%L, ''at'')', jsonb_build_object('at', written)))
              - '{detail,hint,rule,table}'::text[],
          jsonb_build_object('sqlstate', state, 'message', format('key "at" of the record is not a time: "%s"', written)),
          format('%s is not', to_json(written)))
  FROM (VALUES
        ('2026-03-02T09:30:00',         '22007'), -- no offset
        ('2026-03-02',                  '22007'),
        ('02.03.2026 09:30:00+00',      '22007'),
        ('2026-03-02T09:30:00 Europe/Berlin', '22007'),
        ('infinity',                    '22007'),
        ('now',                         '22007'),
        ('',                            '22007'),
        ('2026-03-02T09:30:00Z ',       '22007'),
        (E'2026-03-02T09:30:00Z\n',     '22007'),
        ('٢٠٢٦-03-02T09:30:00Z',        '22007'),
        ('2026-02-29T00:00:00Z',        '22008'),
        ('2026-13-01T00:00:00Z',        '22008'),
        ('2026-03-02T25:00:00Z',        '22008'),
        ('2026-03-02T09:61:00Z',        '22008'),
        ('0000-01-01T00:00:00Z',        '22008'),
        ('2026-03-02T09:30:00+99:00',   '22008'),
        ('2026-03-02T09:30:00+01:99',   '22008')
       ) AS example (written, state);

SELECT is(pg_temp.diagnostics($$SELECT btsql.time_of('{"at": "2026-03-02T09:30:00"}', 'at')$$) ->> 'hint',
          'Give ISO 8601 with the offset from UTC, as 2024-01-31T15:04:05.123456Z.', 'the hint shows the right form');

SELECT * FROM finish();
ROLLBACK;
