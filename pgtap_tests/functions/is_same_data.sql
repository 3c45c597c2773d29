-- Tests of functions/is_same_data
BEGIN;
\ir ../fixtures.psql
SELECT plan(28);

SELECT has_function('btsql', 'is_same_data', ARRAY['jsonb', 'jsonb']);
SELECT function_returns('btsql', 'is_same_data', ARRAY['jsonb', 'jsonb'], 'boolean');
SELECT function_lang_is('btsql', 'is_same_data', ARRAY['jsonb', 'jsonb'], 'sql');
SELECT volatility_is('btsql', 'is_same_data', ARRAY['jsonb', 'jsonb'], 'immutable');

CREATE FUNCTION pg_temp.run_on(fingerprint text, covers text, data jsonb)
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT jsonb_build_object('snapshot', jsonb_build_object('data', data), 'environment', jsonb_build_object(
               'data_fingerprint', fingerprint, 'data_fingerprint_covers', covers));
$$;

SELECT is(is_same_data(pg_temp.run_on(one, covers, one_data), pg_temp.run_on(other, covers, other_data)), expected, told)
  FROM (VALUES
        ('a', 'a', 'every value of 1,234 items', '[{"path": "/a"}]'::jsonb, '[{"seed": 1}]'::jsonb, true,
         'every value is the same, wherever it came from'),
        ('a', 'b', 'every value of 1,234 items', '[{"path": "/a"}]', '[{"path": "/a"}]', false, 'another fingerprint'),
        ('a', 'b', 'a sample', '[{"sha256": "f"}]', '[{"sha256": "f"}]', false, 'of other data of the same file'),
        ('a', 'a', 'a sample', '[{"path": "/a"}]', '[{"path": "/a"}]', NULL, 'a sample is the same'),
        ('a', 'a', 'every value of 9 items; of Custom no value', '[]', '[]', NULL, 'some values were not read'),
        ('a', 'a', NULL, '[]', '[]', NULL, 'nobody knows what it covers'),
        ('a', 'a', 'a sample', '[{"sha256": "f"}]', '[{"sha256": "f", "path": "/b"}]', true, 'the same file elsewhere'),
        ('a', 'a', 'a sample', '[{"sha256": "f"}]', '[{"sha256": "f", "range": {"end": null}}]', true,
         'the same file, of a range that is told'),
        ('a', 'a', 'a sample', '[{"sha256": "f"}]', '[{"sha256": "g"}]', NULL, 'another file'),
        ('a', 'a', 'a sample', '[{"sha256": "f"}, {"sha256": "g"}]', '[{"sha256": "g"}, {"sha256": "f"}]', NULL,
         'the same files in another order'),
        ('a', 'a', 'a sample', '[{"sha256": "f"}, {}]', '[{"sha256": "f"}, {}]', NULL, 'a file without a digest'),
        ('a', NULL, 'every value of 9 items', '[]', '[]', NULL, 'no fingerprint'),
        (NULL, NULL, NULL, '[{"sha256": "f"}]', '[{"sha256": "f"}]', true, 'the same file, whose data was not read'),
        (NULL, NULL, NULL, '[{"sha256": "f"}]', '[{"sha256": "f", "columns": 5}]', NULL, 'the same file, read otherwise'),
        (NULL, NULL, NULL, '[]', '[]', NULL, 'nothing is known'),
        ('a', 'a', 'a sample', '[{"sha256": "f"}]', '[{"sha256": "f"}, {"path": "/b"}]', NULL, 'the same file and another')
       ) AS example (one, other, covers, one_data, other_data, expected, told);
SELECT is(is_same_data(pg_temp.run_on('a', one, '[{"sha256": "f"}]'), pg_temp.run_on('a', other, '[{"sha256": "g"}]')),
          expected, format('%s and %s', one, other))
  FROM (VALUES ('every value of 9 items', NULL, true), (NULL, 'every value of 9 items', true),
               ('every value of 9 items', 'a sample', NULL), ('a sample', 'every value of 9 items', NULL))
       AS example (one, other, expected);
SELECT is(is_same_data(one, other), NULL, format('%s and %s', one, other))
  FROM (VALUES ('[]'::jsonb, '"text"'::jsonb), (NULL, NULL), ('{"environment": 1}', '{"environment": [1]}'))
       AS example (one, other);
SELECT is_empty(
    $$ WITH run (place, record) AS (
           VALUES (1, pg_temp.run_on('a', 'a sample', '[{"sha256": "f"}]')),
                  (2, pg_temp.run_on('a', 'a sample', '[{"sha256": "f"}, {"path": "/b"}]')),
                  (3, pg_temp.run_on('a', 'every value of 9 items', '[]')), (4, pg_temp.run_on('b', NULL, '[7]')),
                  (5, pg_temp.run_on(NULL, NULL, '[{"sha256": "f", "path": "/c"}]')), (6, '{}'::jsonb))
       SELECT one.place, other.place
         FROM run AS one
        CROSS JOIN run AS other
        WHERE is_same_data(one.record, other.record) IS DISTINCT FROM is_same_data(other.record, one.record) $$,
    'the order of the runs does not matter');

SELECT * FROM finish();
ROLLBACK;
