-- Deploy btsql:functions/find_duplicates to pg
-- requires: indexes/backtest_run_config_hash
-- requires: functions/check_limit
-- requires: functions/surroundings_of
-- requires: functions/is_same_data
-- requires: functions/run_config_hash
-- requires: functions/check_identity
-- requires: functions/time_of
-- requires: functions/run_identity
-- requires: functions/json_differences
-- requires: functions/run_id_of
-- requires: functions/short_id
-- requires: types/duplicate_run
BEGIN;

CREATE FUNCTION btsql.find_duplicates(config jsonb, result_limit integer DEFAULT 20)
RETURNS SETOF btsql.duplicate_run
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    wanted_hash        text;
    wanted_instruments text[];
    wanted_start       timestamptz;
    wanted_end         timestamptz;
    own_id             uuid;
    surroundings       jsonb;
    wanted_data        CONSTANT jsonb := jsonb_build_object('environment', config -> 'environment');
    fingerprint        CONSTANT text := config -> 'environment' ->> 'data_fingerprint';
BEGIN
    PERFORM check_limit(find_duplicates.result_limit);
    PERFORM check_identity(find_duplicates.config);
    wanted_hash := run_config_hash(config ->> 'strategy_path', config -> 'parameters');
    wanted_instruments := ARRAY(SELECT jsonb_array_elements_text(config -> 'instruments'));
    wanted_start := time_of(config, 'data_start');
    wanted_end := time_of(config, 'data_end');
    own_id := run_id_of(config, 'run_id');
    surroundings := surroundings_of(config);
    -- Limit first, so that differences are computed only for the rows returned.
    RETURN QUERY
    WITH same AS MATERIALIZED (
        SELECT run.run_id, run.started_at, run.initial_capital, run.currency, run.data_source, run.instruments, run.snapshot,
               run.environment,
               metrics.total_return, metrics.sharpe_ratio, metrics.max_drawdown
          FROM backtest_run AS run
          JOIN performance_metrics AS metrics ON metrics.run_id = run.run_id
         WHERE run.config_hash = wanted_hash
           AND run.status = 'success'
           AND run.instruments @> wanted_instruments
           AND run.instruments <@ wanted_instruments
           -- The very same data may have been asked for by other dates, or by none.
           AND (run.data_start = wanted_start AND run.data_end = wanted_end
                OR run.environment ->> 'data_fingerprint' = fingerprint
                   AND is_same_data(wanted_data, jsonb_build_object('environment', run.environment)))
           AND run.run_id IS DISTINCT FROM own_id
         ORDER BY (run.environment ->> 'data_fingerprint' = fingerprint) IS TRUE DESC, run.run_id DESC
         LIMIT find_duplicates.result_limit)
    SELECT same.run_id, short_id(same.run_id), same.started_at, same.total_return, same.sharpe_ratio, same.max_drawdown,
           differing.named
           || CASE WHEN data.is_same IS NULL
                    AND (differing.named ?| '{data,data_source}'
                         OR surroundings ->> 'data_fingerprint' = same.environment ->> 'data_fingerprint'
                            AND same.environment ? 'data_fingerprint_covers')
                   THEN jsonb_build_object('data_not_compared', jsonb_build_object(
                            'wanted', config -> 'environment' -> 'data_fingerprint_covers',
                            'recorded', same.environment -> 'data_fingerprint_covers'))
                   ELSE '{}' END
      FROM same
     CROSS JOIN LATERAL (SELECT is_same_data(config, to_jsonb(same)) AS is_same) AS data
     CROSS JOIN LATERAL (
         SELECT coalesce(jsonb_object_agg(difference.key, difference.value), '{}') AS named
           FROM jsonb_each(json_differences(surroundings, surroundings_of(to_jsonb(same)))) AS difference
          WHERE difference.value ?& '{wanted,recorded}'
            -- The same data read from another place counts as the same.
            AND NOT (data.is_same IS TRUE AND difference.key IN ('data', 'data_source'))) AS differing
     ORDER BY same.run_id DESC;
END;
$function$;

COMMENT ON FUNCTION btsql.find_duplicates(jsonb, integer) IS
    'Successful runs of the same configuration on the same instruments and dates, newest first: equal strategy_path, '
    'parameters, instruments (in any order), data_start and data_end, or a complete data fingerprint in place of the '
    'dates. config holds these keys in the form of a record; the run whose run_id it holds, if any, is left out. The '
    'market data itself may differ; of more than result_limit runs those with the same data fingerprint are kept '
    'first. differences names what else differs, where both sides have the value: initial_capital, currency, '
    'data_source, data (its place), venues, instrument_definitions, engine_settings, actors, exec_algorithms, '
    'strategy_source, engine_version, data_fingerprint, random_numbers. Of data that is the same (see is_same_data) '
    'source and place are not named. data_not_compared means that it is not known to be the same: the fingerprints are '
    'equal, but cover only a sample, or one is missing and source or place differ. For a recorded run: '
    'find_duplicates(run_identity(''@'')). Raises invalid_parameter_value, invalid_datetime_format, '
    'datetime_field_overflow, invalid_text_representation.';

COMMIT;
