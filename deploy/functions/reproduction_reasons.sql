-- Deploy btsql:functions/reproduction_reasons to pg
-- requires: functions/json_differences
-- requires: functions/is_same_data
-- requires: functions/instrument_definition
BEGIN;

CREATE FUNCTION btsql.reproduction_reasons(original jsonb, reproduction jsonb)
RETURNS TABLE (rank integer, field text, original_value text, reproduced_value text, is_circumstance boolean, note text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    WITH both_runs AS (
        SELECT reproduction_reasons.original AS one, reproduction_reasons.reproduction AS other,
               reproduction_reasons.original -> 'environment' AS before,
               reproduction_reasons.reproduction -> 'environment' AS after,
               reproduction_reasons.original -> 'snapshot' AS built,
               reproduction_reasons.reproduction -> 'snapshot' AS rebuilt,
               coalesce(reproduction_reasons.reproduction -> 'changes', '{}') AS changes),
    compared (rank, field, one, other, applies, is_circumstance, note) AS (
        SELECT 1, 'data', before -> 'data_fingerprint', after -> 'data_fingerprint',
               before ->> 'data_fingerprint' <> after ->> 'data_fingerprint', NOT changes ?| ARRAY['data', 'start', 'end'],
               'the market data is not the same'
          FROM both_runs
         UNION ALL
        SELECT 2, 'data file', hashed.one, hashed.other, true, NOT changes ? 'data', 'a file of the market data is not the same'
          FROM both_runs
         CROSS JOIN LATERAL (
            SELECT one_file.value -> 'sha256' AS one, other_file.value -> 'sha256' AS other
              FROM jsonb_path_query(built, '$.data[*]') WITH ORDINALITY AS one_file (value, place)
              JOIN jsonb_path_query(rebuilt, '$.data[*]') WITH ORDINALITY AS other_file (value, place)
                ON other_file.place = one_file.place
             WHERE one_file.value -> 'sha256' <> other_file.value -> 'sha256') AS hashed
         -- Of another range the fingerprint is another one, whatever became of the file.
         WHERE (before ->> 'data_fingerprint' <> after ->> 'data_fingerprint') IS NOT TRUE
            OR changes ?| ARRAY['start', 'end']
         UNION ALL
        SELECT 2, 'data not compared', before -> 'data_fingerprint_covers', after -> 'data_fingerprint_covers', true, true,
               'only these parts of the market data are known to be the same'
          FROM both_runs
         WHERE before ->> 'data_fingerprint' = after ->> 'data_fingerprint'
           AND after ? 'data_fingerprint_covers'
           AND btsql.is_same_data(one, other) IS NULL
         UNION ALL
        SELECT 2, 'data source', built -> 'data', rebuilt -> 'data',
               (before ->> 'data_fingerprint' = after ->> 'data_fingerprint') IS NOT TRUE
               AND (before ->> 'data_fingerprint' <> after ->> 'data_fingerprint') IS NOT TRUE
               AND btsql.is_same_data(one, other) IS NOT TRUE
               AND built -> 'data' IS DISTINCT FROM rebuilt -> 'data', NOT changes ?| ARRAY['data', 'start', 'end'],
               'whether the market data is the same is not known: it is described otherwise'
          FROM both_runs
         UNION ALL
        SELECT 3, 'instrument ' || pair.id,
               (SELECT jsonb_object_agg(setting.key, setting.value -> 'wanted')
                  FROM jsonb_each(pair.differences) AS setting
                 WHERE setting.value ? 'wanted'),
               (SELECT jsonb_object_agg(setting.key, setting.value -> 'recorded')
                  FROM jsonb_each(pair.differences) AS setting
                 WHERE setting.value ? 'recorded'),
               pair.differences <> '{}', NOT changes ? 'data', 'the definition of an instrument is not the same'
          FROM both_runs
         CROSS JOIN LATERAL (
            SELECT coalesce(one_item.value ->> 'id', other_item.value ->> 'id', '') AS id,
                   btsql.json_differences(btsql.instrument_definition(one_item.value),
                                          btsql.instrument_definition(other_item.value)) AS differences
              FROM jsonb_path_query(built, '$.instruments[*] ? (@.type() == "object")') AS one_item (value)
              FULL JOIN jsonb_path_query(rebuilt, '$.instruments[*] ? (@.type() == "object")') AS other_item (value)
                ON other_item.value ->> 'id' = one_item.value ->> 'id') AS pair
         UNION ALL
        SELECT 4, 'engine version', before -> 'nautilus_trader', after -> 'nautilus_trader',
               before ->> 'nautilus_trader' <> after ->> 'nautilus_trader', true,
               'it may fill, charge and stop otherwise, so that every metric may differ; the engine''s own figures are '
               'defined otherwise and are not compared'
          FROM both_runs
         UNION ALL
        SELECT 5, 'random fills', NULL, NULL,
               NOT built ? 'random_state'
               AND jsonb_path_exists(
                   jsonb_build_array(built -> 'venues', built -> 'run_config' -> 'venues'),
                   '$[*][*].fill_model.** ? (@.prob_slippage > 0 || @.prob_fill_on_limit < 1 || @.prob_fill_on_stop < 1)
                    ? (!exists (@.random_seed ? (@ != null)))'), true,
               'orders are filled by chance, and the random numbers had no seed'
          FROM both_runs
         UNION ALL
        SELECT 6, 'strategy source', before -> 'source_digest', after -> 'source_digest',
               before -> 'source_digest' <> after -> 'source_digest', true,
               'the code of the strategy has changed'
          FROM both_runs
         UNION ALL
        SELECT 7, 'strategy', one -> 'strategy_path', other -> 'strategy_path',
               one -> 'strategy_path' <> other -> 'strategy_path', true, 'another strategy'
          FROM both_runs
         UNION ALL
        SELECT 8, 'parameter ' || changed.key, changed.value -> 'wanted', changed.value -> 'recorded', true,
               -- These four are the names of other changes too.
               NOT changes ? (CASE WHEN changed.key IN ('start', 'end', 'data', 'capital') THEN 'param.' ELSE '' END
                              || changed.key),
               'the strategy was configured otherwise'
          FROM both_runs
         CROSS JOIN jsonb_each(btsql.json_differences(one -> 'parameters', other -> 'parameters')) AS changed
         UNION ALL
        SELECT 9, 'venue ' || coalesce(pair.one ->> 'venue', pair.other ->> 'venue', pair.place::text),
               (SELECT jsonb_object_agg(setting.key, setting.value -> 'wanted')
                  FROM jsonb_each(pair.differences) AS setting
                 WHERE setting.value ? 'wanted'),
               (SELECT jsonb_object_agg(setting.key, setting.value -> 'recorded')
                  FROM jsonb_each(pair.differences) AS setting
                 WHERE setting.value ? 'recorded'),
               pair.differences <> '{}', NOT changes ? 'capital' OR pair.differences - 'starting_balances' <> '{}',
               'these settings of the venue are not the same'
          FROM both_runs
         CROSS JOIN LATERAL (
            SELECT one_venue.value AS one, other_venue.value AS other, coalesce(one_venue.place, other_venue.place) AS place,
                   btsql.json_differences(one_venue.value, other_venue.value) AS differences
              FROM jsonb_path_query(built, '$.venues[*] ? (@.type() == "object")') WITH ORDINALITY AS one_venue (value, place)
              FULL JOIN jsonb_path_query(rebuilt, '$.venues[*] ? (@.type() == "object")')
                        WITH ORDINALITY AS other_venue (value, place)
                ON coalesce(other_venue.value ->> 'venue', other_venue.place::text)
                   = coalesce(one_venue.value ->> 'venue', one_venue.place::text)) AS pair
         UNION ALL
        SELECT 10, 'early end', coalesce(nullif(one -> 'error_type', 'null'), one -> 'status'),
               coalesce(nullif(other -> 'error_type', 'null'), other -> 'status'),
               'interrupted' IN (one ->> 'status', other ->> 'status')
               OR 'stopped_early' IN (one ->> 'error_type', other ->> 'error_type')
                  AND one ->> 'error_type' IS DISTINCT FROM other ->> 'error_type',
               true, 'what was ended before its data was has no result'
          FROM both_runs
         UNION ALL
        SELECT 11, package.name, before -> package.name, after -> package.name,
               before ->> package.name <> after ->> package.name, true, package.note
          FROM both_runs
         CROSS JOIN (VALUES ('btsql', 'metrics may be computed otherwise'),
                            ('python', 'another version of Python'),
                            ('platform', 'another machine or operating system')) AS package (name, note)
         UNION ALL
        SELECT 12, 'not captured', missing.value, NULL, true, false,
               'was not in the record, and may have been given otherwise'
          FROM both_runs
         CROSS JOIN jsonb_array_elements(
                   CASE jsonb_typeof(built -> 'not_captured') WHEN 'array' THEN built -> 'not_captured' ELSE '[]' END)
               AS missing
         -- Data that was not captured, and is known to be the same, accounts for nothing.
         WHERE NOT (missing.value #>> '{}' LIKE 'the market data%' AND btsql.is_same_data(one, other) IS TRUE))
    SELECT compared.rank, compared.field, compared.one #>> '{}', compared.other #>> '{}', compared.is_circumstance,
           compared.note
      FROM compared
     WHERE compared.applies
     ORDER BY compared.rank, compared.field;
END;

COMMENT ON FUNCTION btsql.reproduction_reasons(jsonb, jsonb) IS
    'Why one run may have another result than another, the likeliest first: what differs between two rows of backtest_run, '
    'as JSON, in data, engine, chance, code, configuration and end. is_circumstance: what the reproduction '
    'was varied in, its changes, does not account for it. Values that are JSON are given as its text.';

COMMIT;
