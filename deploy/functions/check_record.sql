-- Deploy btsql:functions/check_record to pg
-- requires: functions/check_json
-- requires: functions/check_keys
-- requires: functions/metric_definition
BEGIN;

CREATE FUNCTION btsql.check_record(record jsonb)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    status CONSTANT text := check_record.record ->> 'status';
    fault  record;
BEGIN
    IF jsonb_typeof(check_record.record) IS DISTINCT FROM 'object' THEN
        RAISE EXCEPTION 'a record must be a JSON object, not %',
            coalesce(jsonb_typeof(check_record.record), 'SQL NULL')
            USING ERRCODE = 'invalid_parameter_value';
    ELSIF status IS NULL OR status NOT IN ('success', 'failure', 'interrupted') THEN
        RAISE EXCEPTION 'key "status" of the record is %, not success, failure or interrupted',
            coalesce(quote_literal(status), 'missing')
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    PERFORM check_keys(check_record.record, 'record', status);
    IF check_record.record -> 'error' <> 'null' THEN
        PERFORM check_keys(check_record.record -> 'error', 'error', status);
    END IF;

    -- A metric of any size is judged, and rejected with its value if need be.
    PERFORM check_json(given.value, format('key "%s" of the record', given.key))
       FROM jsonb_each(check_record.record - 'metrics') AS given;

    -- strict: a lax path would look for texts inside nested arrays. silent: absent and null are no arrays.
    IF jsonb_path_exists(check_record.record -> 'instruments', 'strict $[*] ? (@.type() != "string")', silent => true) THEN
        RAISE EXCEPTION 'key "instruments" of the record must hold texts only'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    IF status <> 'success'
       AND (check_record.record -> 'metrics' <> 'null' OR check_record.record -> 'undefined_metrics' <> 'null') THEN
        RAISE EXCEPTION 'key "%" belongs to a success only, and this run is recorded as %',
            CASE WHEN check_record.record -> 'metrics' <> 'null' THEN 'metrics' ELSE 'undefined_metrics' END, status
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    SELECT given.part, given.key, given.value, defined.metric IS NULL AS is_unknown
      INTO fault
      FROM (SELECT 'metrics' AS part, metric.key, metric.value
              FROM jsonb_each(nullif(check_record.record -> 'metrics', 'null')) AS metric
             UNION ALL
            SELECT 'undefined_metrics', reason.key, reason.value
              FROM jsonb_each(nullif(check_record.record -> 'undefined_metrics', 'null')) AS reason) AS given
      LEFT JOIN metric_definition() AS defined ON defined.metric = given.key
     WHERE defined.metric IS NULL
        OR (given.part = 'metrics'
            AND jsonb_typeof(given.value) NOT IN ('number', 'null')
            AND given.value NOT IN ('"NaN"', '"Infinity"', '"-Infinity"'))
        OR (given.part = 'undefined_metrics'
            AND (jsonb_typeof(given.value) <> 'string'
                 OR coalesce(check_record.record -> 'metrics' -> given.key, 'null') <> 'null'))
     ORDER BY given.part, given.key
     LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    ELSIF fault.is_unknown THEN
        RAISE EXCEPTION 'unknown key "%" in the %', fault.key, fault.part
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Known metrics: ' || (SELECT string_agg(defined.metric, ', ')
                                                 FROM metric_definition() AS defined) || '.';
    ELSIF fault.part = 'metrics' THEN
        RAISE EXCEPTION 'key "%" of the metrics must be a number, null, NaN, Infinity or -Infinity, not %',
            fault.key, left(fault.value::text, 100)
            USING ERRCODE = 'invalid_parameter_value';
    ELSE
        RAISE EXCEPTION 'key "%" of the undefined_metrics must be a text, for a metric that has no value', fault.key
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
END;
$function$;

COMMENT ON FUNCTION btsql.check_record(jsonb) IS
    'Checks the form of a record document (format 1) before anything is stored. Raises invalid_parameter_value that '
    'names the key. Which values are allowed is checked later, by the constraints of the tables.';

COMMIT;
