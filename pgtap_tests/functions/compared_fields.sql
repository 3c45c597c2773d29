-- Tests of functions/compared_fields
BEGIN;
\ir ../fixtures.psql
SELECT plan(12);

SELECT has_function('btsql', 'compared_fields', ARRAY['text[]']);
SELECT function_returns('btsql', 'compared_fields', ARRAY['text[]'], 'setof record');
SELECT function_lang_is('btsql', 'compared_fields', ARRAY['text[]'], 'plpgsql');
SELECT volatility_is('btsql', 'compared_fields', ARRAY['text[]'], 'stable');

SELECT is((SELECT proargnames::text[] FROM pg_proc WHERE oid = 'btsql.compared_fields'::regproc),
          '{references,section,field,run_values,exact_values,differs,best}', 'columns of the result');
SELECT ok((SELECT 'jit=off' = ANY (proconfig) FROM pg_proc WHERE oid = 'btsql.compared_fields'::regproc),
          'its plan, whose cost is overrated, is not compiled');

SELECT pg_temp.record_at(1);
SELECT pg_temp.record_at(2, '{"parameters": {"fast_period": 12, "size": 0.123456789, "mode": "12", "none": null},
                              "initial_capital": 123456789.25, "data_start": "2021-01-04T14:30:00.000001+02:00",
                              "metrics": {"total_return": 0.1234567890123}}');
CREATE TEMPORARY TABLE compared AS SELECT * FROM compared_fields('{1aaa,2aaa}');

SELECT results_eq(
    $$ SELECT section, field, exact_values FROM compared
        WHERE field IN ('size', 'mode', 'none', 'initial_capital', 'data_start', 'total_return', 'instruments') $$,
    $$ VALUES ('run', 'instruments', '[["AAPL.XNAS"], ["AAPL.XNAS"]]'::jsonb),
              ('run', 'data_start', '["2020-01-02T00:00:00+00:00", "2021-01-04T12:30:00.000001+00:00"]'),
              ('run', 'initial_capital', '[100000, 123456789.25]'),
              ('parameter', 'mode', '[null, "12"]'), ('parameter', 'none', '[null, null]'),
              ('parameter', 'size', '[null, 0.123456789]'), ('metric', 'total_return', '[0.25, 0.1234567890123]') $$,
    'every digit, as it was recorded, in the order of the references');
SELECT is((SELECT run_values FROM compared WHERE field = 'total_return'), '{0.25,0.123457}'::text[],
          'beside what people compare');
SELECT set_eq($$ SELECT field FROM compared WHERE cardinality(run_values) <> jsonb_array_length(exact_values) $$, ARRAY[]::text[],
              'as many values as runs');
SELECT results_eq(
    $$ SELECT caution.field, caution.exact_values FROM compared AS caution WHERE caution.section = 'caution' $$,
    $$ SELECT 'other ' || field, exact_values FROM compared WHERE field IN ('data_start', 'initial_capital') $$,
    'a caution about a field has the values of the field');

SELECT pg_temp.record_at(3, '{"environment": {"data_fingerprint": "a"}}'), pg_temp.record_at(4, '{"environment": {"data_fingerprint": "b"}}');
SELECT results_eq($$ SELECT field, exact_values FROM compared_fields('{3aaa,4aaa}') WHERE section = 'caution' $$,
                  $$ VALUES ('other market data', NULL::jsonb) $$, 'one about several has none');

-- What it refuses is compare_runs()'s to tell.
SELECT throws_ok('SELECT * FROM compared_fields(''{1aaa}'')', '22023', 'compare_runs() takes 2 to 10 runs, not 1');

SELECT * FROM finish();
ROLLBACK;
