-- Deploy btsql:functions/surroundings_of to pg
-- requires: functions/instrument_definition
BEGIN;

CREATE FUNCTION btsql.surroundings_of(record jsonb)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT jsonb_strip_nulls(jsonb_build_object(
        'initial_capital', coalesce(nullif(surroundings_of.record -> 'initial_capital', 'null'), to_jsonb(capital.amount)),
        'currency', coalesce(nullif(surroundings_of.record -> 'currency', 'null'), to_jsonb(capital.currency)),
        'data_source', surroundings_of.record -> 'data_source',
        'venues', CASE WHEN capital.amount IS NOT NULL THEN jsonb_build_array((capital.venues -> 0) - 'starting_balances')
                       WHEN jsonb_typeof(capital.venues) = 'array' THEN (
                            SELECT coalesce(jsonb_agg(venue.value ORDER BY venue.value ->> 'venue', venue.place), '[]')
                              FROM jsonb_array_elements(capital.venues) WITH ORDINALITY AS venue (value, place))
                       ELSE capital.venues END,
        'data', surroundings_of.record -> 'snapshot' -> 'data',
        'instrument_definitions', (
         SELECT jsonb_agg(btsql.instrument_definition(item) ORDER BY item ->> 'id')
           FROM jsonb_path_query(surroundings_of.record, '$.snapshot.instruments[*] ? (@.type() == "object")') AS item
          WHERE surroundings_of.record -> 'instruments' ? (item ->> 'id')),
        -- The parts of the engine's settings that a result depends on.
        'engine_settings', (
         SELECT jsonb_object_agg(part.name, (surroundings_of.record -> 'snapshot' -> 'engine' -> part.name) - 'debug')
           FROM (VALUES ('data_engine'), ('exec_engine'), ('risk_engine'), ('portfolio'), ('emulator')) AS part (name)
          WHERE jsonb_typeof(surroundings_of.record -> 'snapshot' -> 'engine' -> part.name) = 'object'),
        'actors', surroundings_of.record -> 'snapshot' -> 'actors',
        'exec_algorithms', surroundings_of.record -> 'snapshot' -> 'exec_algorithms',
        'strategy_source', surroundings_of.record -> 'environment' -> 'source_digest',
        'engine_version', surroundings_of.record -> 'environment' -> 'nautilus_trader',
        'data_fingerprint', surroundings_of.record -> 'environment' -> 'data_fingerprint',
        -- 3 kB, of which a digest says as much; not md5(), which a server that keeps to FIPS does not have.
        'random_numbers', left(encode(sha256(convert_to(
            surroundings_of.record -> 'snapshot' ->> 'random_state', 'UTF8')), 'hex'), 12)))
      -- The one balance of the one venue is the capital: it would differ twice, and a run that was killed has only this.
      FROM (SELECT surroundings_of.record -> 'snapshot' -> 'venues' AS venues,
                   CASE WHEN surroundings_of.record -> 'snapshot' -> 'venues' -> 1 IS NULL
                         AND surroundings_of.record -> 'snapshot' -> 'venues' -> 0 -> 'starting_balances' -> 1 IS NULL
                        THEN regexp_match(surroundings_of.record -> 'snapshot' -> 'venues' -> 0 -> 'starting_balances' ->> 0,
                                          '^([0-9][0-9_]{0,39}(?:\.[0-9]{1,40})?) (\S+)$')
                   END AS balance) AS venue
     CROSS JOIN LATERAL (SELECT venue.venues, replace(venue.balance[1], '_', '')::numeric AS amount,
                                venue.balance[2] AS currency) AS capital;
END;

COMMENT ON FUNCTION btsql.surroundings_of(jsonb) IS
    'What a result depends on besides the configuration, instruments and dates, from a record document or from a row '
    'of runs as JSON: capital, currency, data source and where the data is, venues (the balance of a single venue '
    'counts as the capital), definitions of the tested instruments, settings of the engine, actors, execution '
    'algorithms, digest of the strategy''s source, engine version, data fingerprint, and a digest of the random numbers '
    'that fills were drawn with. Values that are not known are left out.';

COMMIT;
