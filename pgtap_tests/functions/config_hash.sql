-- Tests of functions/config_hash
BEGIN;
\ir ../fixtures.psql
SELECT plan(20);

SELECT has_function('btsql', 'config_hash', ARRAY['jsonb']);
SELECT function_returns('btsql', 'config_hash', ARRAY['jsonb'], 'text');
SELECT function_lang_is('btsql', 'config_hash', ARRAY['jsonb'], 'sql');
SELECT volatility_is('btsql', 'config_hash', ARRAY['jsonb'], 'immutable');
SELECT is_strict('btsql', 'config_hash', ARRAY['jsonb']);

-- The same as: printf '{"a": 1}' | sha256sum
SELECT is(config_hash('{"a": 1.0}'),
          'f9d86028c6e0d64e225186f96acb69338b2c59764df79162107f5c4bb34d1310',
          'SHA-256 of the canonical text');
SELECT is(config_hash(NULL), NULL, 'of nothing there is no hash');

SELECT is(config_hash(one), config_hash(other), format('%s and %s have one hash', one, other))
  FROM (VALUES
        ('{"fast": 10, "slow": 30}'::jsonb, '{"slow": 30.0, "fast": 1e1}'::jsonb),
        ('{"nested": {"a": [1, 2.0]}}',     '{"nested": {"a": [1.00, 2]}}'),
        ('"\u00e9"',                        '"é"')
       ) AS example (one, other);

SELECT isnt(config_hash(one), config_hash(other), format('%s and %s do not', one, other))
  FROM (VALUES
        ('{"fast": 10}'::jsonb, '{"fast": "10"}'::jsonb),
        ('{"fast": 10}',        '{"fast": 11}'),
        ('{"fast": null}',      '{}'),
        ('{"a": [1, 2]}',       '{"a": [2, 1]}'),
        ('{"a": {"b": 1}}',     '{"a": {"c": 1}}'),
        ('{"a": true}',         '{"a": "true"}'),
        ('[]',                  '{}')
       ) AS example (one, other);

-- 20,000 parameters, over 100 kB.
CREATE TEMPORARY TABLE large (document jsonb);
INSERT INTO large
SELECT jsonb_object_agg('parameter_' || number, number) FROM generate_series(1, 20000) AS number;

SELECT cmp_ok(length(document::text), '>', 100000, 'a large document') FROM large;
SELECT matches(config_hash(document), '^[0-9a-f]{64}$', 'is hashed') FROM large;
SELECT isnt(config_hash(document || '{"parameter_20000": 0}'), config_hash(document), 'whole') FROM large;

SELECT * FROM finish();
ROLLBACK;
