-- Tests of functions/run_identity
BEGIN;
\ir ../fixtures.psql
SELECT plan(13);

SELECT has_function('btsql', 'run_identity', ARRAY['text']);
SELECT function_returns('btsql', 'run_identity', ARRAY['text'], 'jsonb');
SELECT function_lang_is('btsql', 'run_identity', ARRAY['text'], 'plpgsql');
SELECT volatility_is('btsql', 'run_identity', ARRAY['text'], 'stable');

SELECT pg_temp.record_at(1,
                         '{"snapshot": {"venues": [{"name": "XNAS"}], "engine": {}}, "parameters": {"a": null, "b": {"c": null}}}');
SELECT pg_temp.record_at(2, '{"environment": null}', 'interrupted');

SELECT is(run_identity('1aaa'),
          jsonb_build_object('run_id', find_run('1aaa'), 'snapshot', '{"data": null, "venues": [{"name": "XNAS"}], "engine": {}, "instruments": null, "actors": null,
                               "exec_algorithms": null, "random_state": null}'::jsonb,
                             'parameters', '{"a": null, "b": {"c": null}}'::jsonb,
                             'data_start', '2020-01-02T00:00:00+00:00', 'data_end', '2024-12-31T00:00:00+00:00')
          || (SELECT jsonb_object_agg(key, value)
                FROM jsonb_each(pg_temp.success_record())
               WHERE key IN ('strategy_path', 'instruments', 'initial_capital', 'currency', 'data_source',
                             'environment')),
          'what find_duplicates() compares, and the id that leaves the run itself out; parameters that are null stay');
SELECT is(run_identity('@'),
          jsonb_build_object('run_id', find_run('@')) || '{"environment": {}, "snapshot": {"data": null, "venues": null, "engine": {"trader_id": "TESTER-001"}, "instruments": null, "actors": null,
                "exec_algorithms": null, "random_state": null}}'
          || (SELECT jsonb_object_agg(key, value) FROM jsonb_each(pg_temp.success_record())
              WHERE key IN ('strategy_path', 'parameters')),
          'an interrupted run may know of little');

-- Local times of the past have offsets with seconds, which a record cannot have.
SELECT pg_temp.record_at(3, '{"data_start": "1871-01-01T00:00:00Z", "data_end": "1871-12-31T00:00:00Z"}');
SET LOCAL timezone = 'America/New_York';
SELECT is(run_identity('@') ->> 'data_start', '1871-01-01T00:00:00+00:00', 'times are in UTC');
SELECT lives_ok('SELECT find_duplicates(run_identity(''@''))', 'so that find_duplicates() can read them');

SELECT is(pg_temp.refusal(format('SELECT btsql.run_identity(%L)', reference)), state,
          format('"%s" is refused', reference))
  FROM (VALUES ('deadbeef', 'P0002'), ('@~3', 'P0002'), ('019cad', '21000'), ('x', '22023'), (NULL, '22023'))
       AS example (reference, state);

SELECT * FROM finish();
ROLLBACK;
