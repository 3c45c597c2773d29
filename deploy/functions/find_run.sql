-- Deploy btsql:functions/find_run to pg
-- requires: tables/backtest_run
-- requires: indexes/backtest_run_short_id
-- requires: functions/short_id_digits
BEGIN;

CREATE FUNCTION btsql.find_run(reference text)
RETURNS uuid
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    wanted       CONSTANT text := lower(btrim(find_run.reference));
    digits       CONSTANT text := replace(wanted, '-', '');
    candidates   uuid[];
    digits_shown integer;
    are_short    boolean;
    listed       text;
BEGIN
    IF wanted = '@' OR wanted ~ '^@~[0-9]{1,9}$' THEN
        candidates := ARRAY(SELECT run.run_id
                              FROM backtest_run AS run
                             ORDER BY run.run_id DESC
                             LIMIT 1 OFFSET coalesce(nullif(substring(wanted FROM 3), ''), '0')::integer);
    ELSIF wanted = '@ok' THEN
        candidates := ARRAY(SELECT run.run_id
                              FROM backtest_run AS run
                             WHERE run.status = 'success'
                             ORDER BY run.run_id DESC
                             LIMIT 1);
    ELSIF wanted ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' OR wanted ~ '^[0-9a-f]{32}$' THEN
        candidates := ARRAY(SELECT run.run_id FROM backtest_run AS run WHERE run.run_id = wanted::uuid);
    ELSIF wanted ~ '^[0-9a-f]{4}[0-9a-f-]*$' AND length(digits) < 32 THEN
        -- Last groups are random: four digits fit one run in 65,536. First digits are a time, and four of them may fit all
        -- runs of 50 days: of these no more are read than are listed.
        candidates := ARRAY(SELECT run.run_id
                              FROM backtest_run AS run
                             WHERE short_id(run.run_id) COLLATE "C" >= wanted
                               AND short_id(run.run_id) COLLATE "C" < wanted || 'g'
                             UNION
                            (SELECT run.run_id
                               FROM backtest_run AS run
                              WHERE run.run_id BETWEEN rpad(digits, 32, '0')::uuid AND rpad(digits, 32, 'f')::uuid
                              ORDER BY run.run_id DESC
                              LIMIT 11)
                             ORDER BY 1 DESC
                             LIMIT 11);
    ELSE
        RAISE EXCEPTION 'not a reference to a run: "%"', left(find_run.reference, 100)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give a run id, at least its first 4 digits or the first 4 of its last group, @ for the newest '
                         'run, @~2 for the second before it, or @ok for the newest success.';
    END IF;

    IF cardinality(candidates) = 0 THEN
        RAISE EXCEPTION 'no run answers to "%"', left(find_run.reference, 100)
            USING ERRCODE = 'no_data_found', HINT = 'List the recorded runs with list_runs().';
    ELSIF cardinality(candidates) > 1 THEN
        digits_shown := short_id_digits(candidates[1:10]);
        -- Whole last groups may be alike; then only the whole ids tell them apart.
        are_short := (SELECT count(DISTINCT short_id(one)) = count(*) FROM unnest(candidates[1:10]) AS one);
        listed := (SELECT string_agg(concat_ws('  ',
                              CASE WHEN are_short THEN left(short_id(run.run_id), digits_shown) ELSE run.run_id::text END,
                              to_char(run.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"'),
                              regexp_replace(run.strategy_name, '[[:space:]]+', ' ', 'g'), run.status),
                              E'\n' ORDER BY run.run_id DESC)
                     FROM backtest_run AS run
                    WHERE run.run_id = ANY (candidates[1:10]));
        RAISE EXCEPTION '"%" fits more than one run', find_run.reference
            USING ERRCODE = 'cardinality_violation',
                  DETAIL = listed || CASE WHEN cardinality(candidates) > 10 THEN E'\n...' ELSE '' END,
                  HINT = 'Give more digits.';
    END IF;
    RETURN candidates[1];
END;
$function$;

COMMENT ON FUNCTION btsql.find_run(text) IS
    'The id of the run that a reference means: a whole id; the first hexadecimal digits, at least 4, of its last group '
    '(the short id) or of the whole id; @ the newest recorded run, @~N the N-th before it, @ok the newest success. '
    'Raises no_data_found; cardinality_violation, whose detail lists up to ten candidates, newest first, each with its '
    'short id, start, strategy and status; invalid_parameter_value for anything else.';

COMMIT;
