-- Tests of functions/test_bed
BEGIN;
\ir ../fixtures.psql
SELECT plan(22);

\set arguments 'ARRAY[\'text\', \'text[]\', \'timestamp with time zone\', \'timestamp with time zone\']'
SELECT has_function('btsql', 'test_bed', :arguments);
SELECT function_returns('btsql', 'test_bed', :arguments, 'uuid');
SELECT function_lang_is('btsql', 'test_bed', :arguments, 'sql');
SELECT volatility_is('btsql', 'test_bed', :arguments, 'immutable');

\set start '\'2020-01-02 00:00:00+00\''
\set finish '\'2024-12-31 00:00:00+00\''
SELECT is(test_bed(path, instruments, :start, :finish) = test_bed('a.b:C', '{X,Y}', :start, :finish), same,
          format('%s %s', path, instruments))
  FROM (VALUES ('a.b:C', '{X,Y}'::text[], true), ('a.b:C', '{Y,X}', true), ('a.b:C', '{Y,X,Y}', true),
        ('a.b:D', '{X,Y}', false),
               ('a.b:C', '{X}', false), ('a.b:C', '{X,Y,Z}', false), ('a.b:C', '{XY}', false),
               ('a.b:C', '{x,y}', false),
               ('', '{X,Y}', false)) AS example (path, instruments, same);
SELECT is(test_bed('a.b:C', '{X}', data_start, data_end) = test_bed('a.b:C', '{X}', :start, :finish), same,
          format('%s to %s', data_start, data_end))
  FROM (VALUES ('2020-01-02 00:00:00+00'::timestamptz, '2024-12-31 00:00:00+00'::timestamptz, true),
               ('2020-01-02 05:30:00+05:30', '2024-12-30 19:00:00-05', true),
               ('2020-01-02 00:00:00.001+00', '2024-12-31 00:00:00+00', false),
               ('2020-01-02 00:00:00+00', '2024-12-30 00:00:00+00', false),
               ('1871-01-01 00:00:00+00', '2024-12-31 00:00:00+00', false))
       AS example (data_start, data_end, same);
-- It is stored in an index: no setting may change it.
CREATE TEMPORARY TABLE made AS SELECT test_bed('a.b:C', '{é,z,Z,a}', :start, :finish) AS key;
SET LOCAL timezone = 'Asia/Kolkata';
SET LOCAL datestyle = 'SQL, DMY';
SET LOCAL extra_float_digits = -10;
SELECT is(test_bed('a.b:C', '{Z,é,a,z}', :start, :finish), key, 'under any settings') FROM made;
SELECT is(test_bed('a.b:C', '{Y,X}', :start, :finish),
          left(encode(sha256(convert_to(concat_ws(chr(31), 'a.b:C', '1577923200000', '1735603200000', 'X', 'Y'), 'UTF8')),
                      'hex'), 32)::uuid,
          'the first half of a SHA-256');
SELECT is(test_bed(NULL, '{X}', :start, :finish), NULL, 'unknown, no key');
SELECT is(test_bed('a.b:C', NULL, :start, :finish), NULL, 'as for an interrupted run');

SELECT * FROM finish();
ROLLBACK;
