-- Deploy btsql:functions/instrument_definition to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.instrument_definition(instrument jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE jsonb_typeof(instrument_definition.instrument)
               WHEN 'object' THEN instrument_definition.instrument - '{ts_event,ts_init,info}'::text[]
           END;
END;

COMMENT ON FUNCTION btsql.instrument_definition(jsonb) IS
    'What of an instrument in a snapshot a result depends on: all of it but for when the definition was made, and what its '
    'venue adds.';

COMMIT;
