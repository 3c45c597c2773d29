-- Tests of functions/record_key
BEGIN;
\ir ../fixtures.psql
SELECT plan(7);

SELECT has_function('btsql', 'record_key', '{}'::name[]);
SELECT function_returns('btsql', 'record_key', '{}'::name[], 'setof record');
SELECT function_lang_is('btsql', 'record_key', '{}'::name[], 'sql');
SELECT volatility_is('btsql', 'record_key', '{}'::name[], 'immutable');

-- Format 1, word for word: a key can be added, none of these can change its meaning.
SELECT set_eq(
    'SELECT part, key, types, required_for FROM record_key()',
    $$ VALUES
        ('record', 'run_id',            '{string}'::text[], '{}'::text[]),
        ('record', 'started_at',        '{string}',         '{success,failure,interrupted}'),
        ('record', 'duration_seconds',  '{number}',         '{success,failure}'),
        ('record', 'status',            '{string}',         '{success,failure,interrupted}'),
        ('record', 'strategy_type',     '{string}',         '{success,failure,interrupted}'),
        ('record', 'strategy_name',     '{string}',         '{}'),
        ('record', 'strategy_path',     '{string}',         '{success,failure,interrupted}'),
        ('record', 'parameters',        '{object}',         '{success,failure,interrupted}'),
        ('record', 'instruments',       '{array}',          '{success}'),
        ('record', 'data_start',        '{string}',         '{success}'),
        ('record', 'data_end',          '{string}',         '{success}'),
        ('record', 'initial_capital',   '{number}',         '{success}'),
        ('record', 'currency',          '{string}',         '{success}'),
        ('record', 'data_source',       '{string}',         '{success}'),
        ('record', 'snapshot',          '{object}',         '{success,failure,interrupted}'),
        ('record', 'environment',       '{object}',         '{}'),
        ('record', 'error',             '{object}',         '{failure}'),
        ('record', 'origin_run_id',     '{string}',         '{}'),
        ('record', 'changes',           '{object}',         '{}'),
        ('record', 'metrics',           '{object}',         '{success}'),
        ('record', 'undefined_metrics', '{object}',         '{}'),
        ('record', 'engine_figures',    '{object}',         '{}'),
        ('error',  'type',              '{string}',         '{failure,interrupted}'),
        ('error',  'message',           '{string}',         '{failure,interrupted}'),
        ('error',  'traceback',         '{string}',         '{}') $$,
    'the keys of format 1');

SELECT is_empty(
    $$ SELECT part, key FROM record_key() GROUP BY part, key HAVING count(*) > 1 $$, 'no key is there twice');
SELECT is_empty(
    $$ SELECT key
         FROM record_key()
        WHERE NOT types <@ '{string,number,object,array,boolean}'
           OR NOT required_for <@ '{success,failure,interrupted}'
           OR part NOT IN ('record', 'error') $$,
    'types are JSON types, statuses are statuses');

SELECT * FROM finish();
ROLLBACK;
