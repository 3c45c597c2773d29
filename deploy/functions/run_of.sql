-- Deploy btsql:functions/run_of to pg
-- requires: tables/backtest_run
-- requires: functions/new_run_id
-- requires: functions/run_id_of
-- requires: functions/time_of
BEGIN;

CREATE FUNCTION btsql.run_of(record jsonb)
RETURNS btsql.backtest_run
LANGUAGE plpgsql VOLATILE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    error CONSTANT jsonb := nullif(run_of.record -> 'error', 'null');
    late  text;
    run   backtest_run := jsonb_populate_record(
        NULL::backtest_run,
        run_of.record - '{run_id,started_at,data_start,data_end,error,origin_run_id,metrics,undefined_metrics}'::text[]);
BEGIN
    run.started_at := time_of(run_of.record, 'started_at');
    IF run.started_at < '1970-01-01 00:00:00+00' THEN
        RAISE EXCEPTION 'key "started_at" of the record is before 1970: "%"', run_of.record ->> 'started_at'
            USING ERRCODE = 'datetime_field_overflow',
                  HINT = 'It is when the backtest was executed, not when its data begins.';
    END IF;
    run.data_start := time_of(run_of.record, 'data_start');
    run.data_end := time_of(run_of.record, 'data_end');
    -- Here already: a start that is recorded with such a time could never be called interrupted.
    SELECT moment.key
      INTO late
      FROM (VALUES ('started_at', run.started_at), ('data_start', run.data_start), ('data_end', run.data_end))
           AS moment (key, value)
     WHERE moment.value < '1000-01-01 00:00:00+00' OR moment.value >= '9999-01-01 00:00:00+00'
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'key "%" of the record is before the year 1000 or after 9998: "%"', late, run_of.record ->> late
            USING ERRCODE = 'datetime_field_overflow',
                  HINT = 'A year has four digits in every time zone.';
    END IF;
    run.run_id := coalesce(run_id_of(run_of.record, 'run_id'), new_run_id(run.started_at));
    run.origin_run_id := run_id_of(run_of.record, 'origin_run_id');
    run.strategy_name := coalesce(run.strategy_name, run.strategy_type);
    run.duration_seconds := trim_scale(run.duration_seconds);
    run.initial_capital := trim_scale(run.initial_capital);
    run.error_type := error ->> 'type';
    run.error_message := error ->> 'message';
    run.error_traceback := error ->> 'traceback';
    RETURN run;
END;
$function$;

COMMENT ON FUNCTION btsql.run_of(jsonb) IS
    'The row that a checked record document describes, with a new run id where it has none. Raises '
    'invalid_datetime_format, datetime_field_overflow, invalid_text_representation that name the key.';

COMMIT;
