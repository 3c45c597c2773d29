-- Tests of functions/epoch_milliseconds
BEGIN;
\ir ../fixtures.psql
SELECT plan(14);

SELECT has_function('btsql', 'epoch_milliseconds', ARRAY['timestamp with time zone']);
SELECT function_returns('btsql', 'epoch_milliseconds', ARRAY['timestamp with time zone'], 'bigint');
SELECT function_lang_is('btsql', 'epoch_milliseconds', ARRAY['timestamp with time zone'], 'sql');
SELECT volatility_is('btsql', 'epoch_milliseconds', ARRAY['timestamp with time zone'], 'immutable');
SELECT is_strict('btsql', 'epoch_milliseconds', ARRAY['timestamp with time zone']);

SELECT is(epoch_milliseconds(instant), expected, format('%s is %s', instant, expected))
  FROM (VALUES
        (timestamptz '1970-01-01 00:00:00+00',  0::bigint),
        ('1970-01-01 00:00:00.000999+00',       0),
        ('1970-01-01 00:00:00.001+00',          1),
        ('1969-12-31 23:59:59.9999+00',         -1),
        ('2026-03-02 09:30:00.123456+00',       1772443800123),
        ('2026-03-02 09:30:00.123999+00',       1772443800123),
        ('2026-03-02 18:30:00.123456+09',       1772443800123),
        ('9999-12-31 23:59:59.999999+00',       253402300799999)
       ) AS example (instant, expected);

SET LOCAL timezone = 'America/New_York';
SELECT is(epoch_milliseconds('2026-07-02 09:30:00+00'), 1782984600000, 'summer time of the session does not matter');

SELECT * FROM finish();
ROLLBACK;
