-- Deploy btsql:functions/record_key to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.record_key()
RETURNS TABLE (part text, key text, types text[], required_for text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT definition.part, definition.key, definition.types::text[], definition.required_for::text[]
      FROM (VALUES
            ('record', 'run_id',            '{string}',              '{}'),
            ('record', 'started_at',        '{string}',              '{success,failure,interrupted}'),
            ('record', 'duration_seconds',  '{number}',              '{success,failure}'),
            ('record', 'status',            '{string}',              '{success,failure,interrupted}'),
            ('record', 'strategy_type',     '{string}',              '{success,failure,interrupted}'),
            ('record', 'strategy_name',     '{string}',              '{}'),
            ('record', 'strategy_path',     '{string}',              '{success,failure,interrupted}'),
            ('record', 'parameters',        '{object}',              '{success,failure,interrupted}'),
            ('record', 'instruments',       '{array}',               '{success}'),
            ('record', 'data_start',        '{string}',              '{success}'),
            ('record', 'data_end',          '{string}',              '{success}'),
            ('record', 'initial_capital',   '{number}',              '{success}'),
            ('record', 'currency',          '{string}',              '{success}'),
            ('record', 'data_source',       '{string}',              '{success}'),
            ('record', 'snapshot',          '{object}',              '{success,failure,interrupted}'),
            ('record', 'environment',       '{object}',              '{}'),
            ('record', 'error',             '{object}',              '{failure}'),
            ('record', 'origin_run_id',     '{string}',              '{}'),
            ('record', 'changes',           '{object}',              '{}'),
            ('record', 'metrics',           '{object}',              '{success}'),
            ('record', 'undefined_metrics', '{object}',              '{}'),
            ('record', 'engine_figures',    '{object}',              '{}'),
            ('error',  'type',              '{string}',              '{failure,interrupted}'),
            ('error',  'message',           '{string}',              '{failure,interrupted}'),
            ('error',  'traceback',         '{string}',              '{}')
           ) AS definition (part, key, types, required_for);
END;

COMMENT ON FUNCTION btsql.record_key() IS
    'The keys of a record document (format 1) and of its error object: the JSON types each may have, and the statuses '
    'that require it. A key that is not required may also be null.';

COMMIT;
