-- Deploy btsql:functions/surroundings_of to pg
-- requires: schemas/btsql
BEGIN;

CREATE FUNCTION btsql.surroundings_of(record jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT jsonb_strip_nulls(jsonb_build_object(
        'initial_capital', surroundings_of.record -> 'initial_capital',
        'currency', surroundings_of.record -> 'currency',
        'data_source', surroundings_of.record -> 'data_source',
        'venues', surroundings_of.record -> 'snapshot' -> 'venues',
        'data', surroundings_of.record -> 'snapshot' -> 'data',
        'strategy_source', surroundings_of.record -> 'environment' -> 'source_digest',
        'engine_version', surroundings_of.record -> 'environment' -> 'nautilus_trader',
        'data_fingerprint', surroundings_of.record -> 'environment' -> 'data_fingerprint'));
END;

COMMENT ON FUNCTION btsql.surroundings_of(jsonb) IS
    'What a result depends on besides its identity, out of a record document or a row of runs as JSON: capital, '
    'currency, data source and what locates it, venues, digest of the strategy''s source, engine version, data '
    'fingerprint. What is not known is left out.';

COMMIT;
