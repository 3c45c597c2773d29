-- Tests of functions/first_run_id
BEGIN;
\ir ../fixtures.psql
SELECT plan(14);

SELECT has_function('btsql', 'first_run_id', ARRAY['timestamp with time zone']);
SELECT function_returns('btsql', 'first_run_id', ARRAY['timestamp with time zone'], 'uuid');
SELECT function_lang_is('btsql', 'first_run_id', ARRAY['timestamp with time zone'], 'sql');
SELECT volatility_is('btsql', 'first_run_id', ARRAY['timestamp with time zone'], 'immutable');

SELECT is(first_run_id(given::timestamptz), expected::uuid, coalesce(given, 'NULL'))
  FROM (VALUES
        ('1970-01-01 00:00:00+00',        '00000000-0000-0000-0000-000000000000'),
        ('1970-01-01 00:00:00.001+00',    '00000000-0001-0000-0000-000000000000'),
        ('1970-01-01 00:00:00.001999+00', '00000000-0001-0000-0000-000000000000'),
        ('1969-12-31 23:59:59.999+00',    '00000000-0000-0000-0000-000000000000'),
        ('0001-01-01 00:00:00+00 BC',     '00000000-0000-0000-0000-000000000000'),
        ('2026-03-02 09:30:00.123456+00', '019cade2-123b-0000-0000-000000000000'),
        ('10889-08-02 05:31:50.655+00',   'ffffffff-ffff-0000-0000-000000000000'),
        ('20000-01-01 00:00:00+00',       'ffffffff-ffff-0000-0000-000000000000'),
        (NULL,                            NULL)
       ) AS example (given, expected);
SELECT is_empty($$ SELECT millisecond
                     FROM generate_series(0, 2000) AS millisecond
                    CROSS JOIN LATERAL (SELECT timestamptz '2026-03-02 09:30:00+00' + millisecond * interval '1.0007 ms' AS at) AS one
                    WHERE new_run_id(at) < first_run_id(at)
                        OR new_run_id(at) >= first_run_id(at + interval '1 millisecond') $$,
                'every id of a millisecond is between two bounds');

SELECT * FROM finish();
ROLLBACK;
