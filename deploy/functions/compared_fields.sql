-- Deploy btsql:functions/compared_fields to pg
-- requires: functions/find_run
-- requires: functions/short_id_digits
-- requires: tables/performance_metrics
-- requires: functions/metric_definition
-- requires: functions/comparable_value
-- requires: functions/surroundings_of
-- requires: functions/is_same_data
-- requires: functions/json_leaves
BEGIN;

CREATE FUNCTION btsql.compared_fields("references" text[])
RETURNS TABLE (section text, field text, run_values text[], exact_values jsonb, differs boolean, best text)
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
SET timezone = 'UTC'
SET extra_float_digits = 1
-- A few rows are worked on, which the planner takes for thousands: compiling its plan takes twenty times as long.
SET jit = off
AS $function$
DECLARE
    wanted    CONSTANT integer := coalesce(cardinality(compared_fields."references"), 0);
    minute    CONSTANT text := 'YYYY-MM-DD HH24:MI';
    exactly   CONSTANT text := 'YYYY-MM-DD HH24:MI:SS.US';
    runs      jsonb[];
    found_ids uuid[] := ARRAY[]::uuid[];
    digits    integer;
    ids       text[];
    reference text;
BEGIN
    IF wanted NOT BETWEEN 2 AND 10 THEN
        RAISE EXCEPTION 'compare_runs() takes 2 to 10 runs, not %', wanted
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Write compare_runs(''@~1'', ''@'').';
    END IF;
    FOREACH reference IN ARRAY compared_fields."references" LOOP
        found_ids := found_ids || find_run(reference);
    END LOOP;
    digits := short_id_digits(ARRAY(SELECT DISTINCT unnest(found_ids)));
    runs := ARRAY(
        SELECT coalesce(to_jsonb(metrics), '{}') || jsonb_build_object(
                   'run', left(short_id(run.run_id), digits), 'status', run.status, 'strategy_type', run.strategy_type,
                   'strategy_name', run.strategy_name,
                   -- The order of the instruments does not matter.
                   'instruments', (SELECT jsonb_agg(DISTINCT instrument) FROM unnest(run.instruments) AS instrument),
                   'data_start', run.data_start, 'data_end', run.data_end, 'started_at', run.started_at,
                   'initial_capital', run.initial_capital, 'currency', run.currency,
                   'data_source', run.data_source || coalesce(':' || located.place, ''), 'data_place', located.place,
                   'data_fingerprint', run.environment -> 'data_fingerprint',
                   'data_digests', nullif(jsonb_path_query_array(run.snapshot, '$.data[*].sha256'), '[]'),
                   'data', jsonb_build_object(
                       'environment', jsonb_build_object(
                           'data_fingerprint', run.environment -> 'data_fingerprint',
                           'data_fingerprint_covers', run.environment -> 'data_fingerprint_covers'),
                       'snapshot', jsonb_build_object('data', run.snapshot -> 'data')),
                   'strategy_source', run.environment -> 'source_digest',
                   'engine_version', run.environment -> 'nautilus_trader', 'duration_seconds', run.duration_seconds,
                   'parameters', run.parameters,
                   'built', jsonb_build_object(
                       -- They say whose definitions count.
                       'instruments', CASE WHEN run.snapshot ? 'instruments' THEN to_jsonb(run.instruments) END,
                       'snapshot', jsonb_build_object(
                           'venues', run.snapshot -> 'venues', 'instruments', run.snapshot -> 'instruments',
                           'engine', run.snapshot -> 'engine', 'actors', run.snapshot -> 'actors',
                           'exec_algorithms', run.snapshot -> 'exec_algorithms')),
                   'shown', jsonb_build_object(
                       'instruments', array_to_string(run.instruments, ' '),
                       'strategy_source', left(regexp_replace(run.environment ->> 'source_digest', '^sha256:', ''), 12),
                       'data_start', regexp_replace(rtrim(rtrim(to_char(run.data_start, exactly), '0'), '.'), ':00$', ''),
                       'data_end', regexp_replace(rtrim(rtrim(to_char(run.data_end, exactly), '0'), '.'), ':00$', ''),
                       'started_at', to_char(run.started_at, minute)))
          FROM unnest(found_ids) WITH ORDINALITY AS found (run_id, place)
          JOIN backtest_run AS run ON run.run_id = found.run_id
          LEFT JOIN performance_metrics AS metrics ON metrics.run_id = run.run_id
         CROSS JOIN LATERAL (
             SELECT string_agg(DISTINCT coalesce(item ->> 'path', item ->> 'catalog_path', item ->> 'seed'), ' ') AS place
               FROM jsonb_path_query(run.snapshot, '$.data[*]') AS item) AS located
         ORDER BY found.place);
    ids := ARRAY(SELECT run ->> 'run' FROM unnest(runs) AS run);

    RETURN QUERY
    WITH plain AS (
        SELECT fact.rank, fact.field, fact.matters
          FROM (VALUES (1, 'run', false), (2, 'status', true), (3, 'strategy_type', false),
                       (4, 'strategy_name', false), (5, 'instruments', true), (6, 'data_start', true),
                       (7, 'data_end', true), (8, 'initial_capital', true), (9, 'currency', true),
                       (10, 'data_source', false), (11, 'strategy_source', false), (12, 'engine_version', true),
                       (13, 'started_at', false), (14, 'duration_seconds', false)) AS fact (rank, field, matters)),
    cells AS (
        SELECT 1 AS part, 'run' AS section, plain.rank, plain.field, run.place,
               coalesce(run.document -> plain.field, 'null') AS value,
               coalesce(run.document -> 'shown' -> plain.field, run.document -> plain.field) AS shown,
               plain.matters, NULL::text AS better
          FROM plain
         CROSS JOIN unnest(runs) WITH ORDINALITY AS run (document, place)
         UNION ALL
        -- A parameter that is null differs from one that is absent, as in config_hash().
        SELECT 2, 'parameter', 0, name.key, run.place, run.document -> 'parameters' -> name.key,
               CASE run.document -> 'parameters' -> name.key
                   WHEN 'null' THEN '"null"'
                   ELSE run.document -> 'parameters' -> name.key
               END, false, NULL
          FROM (SELECT DISTINCT jsonb_object_keys(document -> 'parameters') AS key FROM unnest(runs) AS document) AS name
         CROSS JOIN unnest(runs) WITH ORDINALITY AS run (document, place)
         UNION ALL
        SELECT 3, 'metric', defined.rank, defined.metric, run.place, coalesce(run.document -> defined.metric, 'null'),
               run.document -> defined.metric, false, defined.better
          FROM metric_definition() WITH ORDINALITY AS defined (metric, unit, lowest, highest, better, rank)
         CROSS JOIN unnest(runs) WITH ORDINALITY AS run (document, place)),
    fields AS (
        SELECT cells.part, cells.section, cells.rank, cells.field, bool_or(cells.matters) AS matters,
               array_agg(comparable_value(cells.shown) ORDER BY cells.place) AS run_values,
               count(DISTINCT cells.value) + bool_or(cells.value IS NULL)::integer > 1 AS differs,
               count(DISTINCT nullif(cells.value, 'null')) > 1 AS is_known_to_differ,
               CASE min(cells.better)
                   WHEN 'higher' THEN max(btsql.number_or_null(cells.value))
                   WHEN 'lower' THEN min(btsql.number_or_null(cells.value))
               END AS best_value,
               array_agg(cells.value ORDER BY cells.place) AS exact_values
          FROM cells
         GROUP BY cells.part, cells.section, cells.rank, cells.field),
    -- Where fingerprints leave it open, other files are other data; without a fingerprint, another place is.
    other_data AS (
        SELECT CASE WHEN count(DISTINCT run.document ->> 'data_source') > 1
                    THEN array_agg(run.document ->> 'data_source' ORDER BY run.place)
                    WHEN count(DISTINCT run.document ->> 'data_fingerprint') > 1
                    THEN array_agg(left(run.document ->> 'data_fingerprint', 12) ORDER BY run.place)
                    ELSE array_agg(coalesce(own.digests, left(run.document -> 'data_digests' ->> 0, 12)) ORDER BY run.place)
               END AS told
          FROM unnest(runs) WITH ORDINALITY AS run (document, place)
         CROSS JOIN LATERAL (SELECT is_same_data(runs[1] -> 'data', run.document -> 'data') AS is_same) AS first_run
         CROSS JOIN LATERAL (
             SELECT string_agg(left(digest.value #>> '{}', 12), ' ' ORDER BY digest.place) AS digests
               FROM jsonb_path_query(run.document, '$.data_digests[*]') WITH ORDINALITY AS digest (value, place)
              WHERE (SELECT count(*) FROM unnest(runs) AS each WHERE each -> 'data_digests' @> digest.value) < wanted) AS own
        HAVING count(DISTINCT run.document ->> 'data_fingerprint') > 1
            OR (bool_or(first_run.is_same IS NULL)
                AND (count(DISTINCT run.document ->> 'data_digests') > 1
                     OR (count(run.document ->> 'data_fingerprint') < wanted
                         AND count(DISTINCT run.document ->> 'data_place') > 1)))),
    -- Of runs that were built alike to the letter there is nothing to find.
    surroundings AS MATERIALIZED (
        SELECT run.place, surroundings_of(run.document -> 'built') AS parts
          FROM unnest(runs) WITH ORDINALITY AS run (document, place)
         WHERE (SELECT count(DISTINCT document -> 'built') > 1 FROM unnest(runs) AS document)),
    -- What the runs were built of, where all of them have it: for each part that differs, the settings that differ.
    built_otherwise AS (
        SELECT part.rank, part.name
          FROM (VALUES (20, 'venues'), (21, 'instrument_definitions'), (22, 'engine_settings'), (23, 'actors'),
                       (24, 'exec_algorithms')) AS part (rank, name)
         CROSS JOIN surroundings
         GROUP BY part.rank, part.name
        HAVING count(DISTINCT surroundings.parts -> part.name) > 1 AND count(surroundings.parts -> part.name) = wanted),
    -- MATERIALIZED, as the planner takes these few rows for millions.
    settings AS MATERIALIZED (
        SELECT part.rank, part.name, run.place, leaf.key AS path, leaf.value
          FROM built_otherwise AS part
         CROSS JOIN surroundings AS run
         CROSS JOIN jsonb_each(json_leaves(
             CASE jsonb_typeof(run.parts -> part.name)
                 WHEN 'object' THEN run.parts -> part.name
                 ELSE (SELECT jsonb_object_agg(
                                  coalesce(item.value ->> 'venue', item.value ->> 'id', item.place::text), item.value)
                         FROM jsonb_path_query(run.parts -> part.name, '$[*]') WITH ORDINALITY AS item (value, place))
             END)) AS leaf),
    differing AS MATERIALIZED (
        SELECT settings.name, settings.path
          FROM settings
         GROUP BY settings.name, settings.path
        HAVING count(*) < wanted OR count(DISTINCT settings.value) > 1),
    differing_settings AS MATERIALIZED (
        SELECT settings.rank, settings.name, settings.place, jsonb_object_agg(settings.path, settings.value)::text AS told
          FROM settings
          JOIN differing ON differing.name = settings.name AND differing.path = settings.path
         GROUP BY settings.rank, settings.name, settings.place),
    other_settings AS (
        SELECT part.rank, part.name, array_agg(own.told ORDER BY run.place) AS told
          FROM built_otherwise AS part
         CROSS JOIN generate_series(1, wanted) AS run (place)
          LEFT JOIN differing_settings AS own ON own.name = part.name AND own.place = run.place
         GROUP BY part.rank, part.name
        HAVING count(own.told) > 0)
    -- What makes runs hard to compare comes first, and appears again in its usual place.
    SELECT ordered.section, ordered.field, ordered.run_values, to_jsonb(ordered.exact_values), ordered.differs, ordered.best
      FROM (SELECT 0 AS part, fields.rank, 'caution' AS section, 'other ' || fields.field AS field, fields.run_values,
                   fields.exact_values, true AS differs, NULL AS best
              FROM fields
             WHERE fields.matters AND fields.is_known_to_differ
             UNION ALL
            SELECT 0, 0, 'caution', 'other market data', other_data.told, NULL, true, NULL
              FROM other_data
             WHERE NOT EXISTS (SELECT FROM fields
                                WHERE fields.part = 1 AND fields.differs
                                  AND fields.field IN ('instruments', 'data_start', 'data_end'))
             UNION ALL
            SELECT 0, other_settings.rank, 'caution', 'other ' || replace(other_settings.name, '_', ' '), other_settings.told,
                   NULL, true, NULL
              FROM other_settings
             -- Other instruments have other definitions, and may have other venues.
             WHERE other_settings.name NOT IN ('venues', 'instrument_definitions')
                OR NOT EXISTS (SELECT FROM fields WHERE fields.part = 1 AND fields.differs AND fields.field = 'instruments')
             UNION ALL
            SELECT fields.part, fields.rank, fields.section, fields.field, fields.run_values, fields.exact_values,
                   fields.differs,
                   (SELECT CASE WHEN count(*) = wanted THEN 'all' ELSE string_agg(ids[exact.place], ', ' ORDER BY exact.place) END
                      FROM unnest(fields.exact_values) WITH ORDINALITY AS exact (value, place)
                     WHERE btsql.number_or_null(exact.value) = fields.best_value)
              FROM fields) AS ordered
     ORDER BY ordered.part, ordered.rank, ordered.field;
END;
$function$;

COMMENT ON FUNCTION btsql.compared_fields(text[]) IS
    'The rows of compare_runs(), which describes them, with the exact values of each field as a JSON array in the same '
    'order: times as ISO 8601 texts in UTC. NULL for a caution that is about more than one field.';

COMMIT;
