-- Tests of functions/check_identity
BEGIN;
\ir ../fixtures.psql
SELECT plan(27);

SELECT has_function('btsql', 'check_identity', ARRAY['jsonb']);
SELECT function_returns('btsql', 'check_identity', ARRAY['jsonb'], 'void');
SELECT function_lang_is('btsql', 'check_identity', ARRAY['jsonb'], 'plpgsql');
SELECT volatility_is('btsql', 'check_identity', ARRAY['jsonb'], 'immutable');

CREATE TEMPORARY TABLE given AS
SELECT '{"strategy_path": "a.b:C", "parameters": {}, "instruments": ["X"], "data_start": "2020-01-01T00:00:00Z",
         "data_end": "2020-12-31T00:00:00Z"}'::jsonb AS config;
SELECT lives_ok(format('SELECT btsql.check_identity(%L)', config), 'this is enough') FROM given;
SELECT lives_ok(format('SELECT btsql.check_identity(%L)', pg_temp.success_record()), 'a whole record will do');
SELECT is(pg_temp.diagnostics(format('SELECT btsql.check_identity(%L)', wrong)) - '{detail,rule,table}'::text[],
          jsonb_build_object('sqlstate', '22023', 'message',
                             format('key "%s" of the configuration is missing or of a wrong type', key),
                             'hint', 'Give strategy_path, parameters, instruments, data_start and data_end as a record has them, or '
                                     'run_identity(''@'') for those of a recorded run. A run without recorded dates cannot be compared.'),
          format('%s of a wrong type: %s', key, coalesce(wrong ->> key, 'missing')))
  FROM given
 CROSS JOIN (VALUES ('strategy_path', '1'::jsonb), ('parameters', '[]'), ('instruments', '"X"'),
             ('data_start', '20200101'),
                    ('data_end', 'null')) AS example (key, value)
 CROSS JOIN LATERAL (VALUES (config - key), (config || jsonb_build_object(key, value)),
                     (config || jsonb_build_object(key, NULL)))
            AS variant (wrong);
SELECT throws_ok(format('SELECT btsql.check_identity(%L)', wrong), '22023',
                 'key "strategy_path" of the configuration is missing or of a wrong type',
                     coalesce(wrong, 'NULL') || ' is refused')
  FROM (VALUES ('{}'), ('[]'), ('"x"'), ('1'), ('null'), (NULL)) AS example (wrong);

SELECT * FROM finish();
ROLLBACK;
