-- Deploy btsql:functions/reproduction_verdict to pg
-- requires: functions/find_run
-- requires: functions/short_id
-- requires: functions/metric_definition
-- requires: functions/json_leaves
-- requires: functions/reproduction_reasons
-- requires: functions/is_same_data
-- requires: tables/rejected_metric
BEGIN;

CREATE FUNCTION btsql.reproduction_verdict(reference text, original text DEFAULT NULL)
RETURNS TABLE (
    section text, field text, original_value text, reproduced_value text, differs boolean, difference double precision,
    note text
)
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
SET timezone = 'UTC'
SET extra_float_digits = 1
AS $function$
DECLARE
    other_id    CONSTANT uuid := find_run(reproduction_verdict.reference);
    one_id      uuid;
    both_runs   jsonb[];
    one         jsonb;
    other       jsonb;
    same_engine boolean;
    verdict     text;
    differing   integer;
    measured    integer;
    rows_found  jsonb;
BEGIN
    IF reproduction_verdict.original IS NULL THEN
        one_id := (SELECT run.origin_run_id FROM backtest_run AS run WHERE run.run_id = other_id);
    ELSE
        one_id := find_run(reproduction_verdict.original);
    END IF;
    IF one_id IS NULL THEN
        RAISE EXCEPTION 'run % reproduces no other run', left(short_id(other_id), 8)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Name the run to compare it with: reproduction_verdict(''@'', ''@~1'').';
    END IF;
    both_runs := ARRAY(
        SELECT to_jsonb(run) || jsonb_build_object('metrics', to_jsonb(metrics), 'rejected', (
                   SELECT jsonb_object_agg(rejected.metric, rejected.reported_value)
                     FROM rejected_metric AS rejected
                    WHERE rejected.run_id = wanted.run_id AND rejected.reported_value IS NOT NULL))
          FROM unnest(ARRAY[other_id, one_id]) WITH ORDINALITY AS wanted (run_id, place)
          JOIN backtest_run AS run ON run.run_id = wanted.run_id
          LEFT JOIN performance_metrics AS metrics ON metrics.run_id = wanted.run_id
         ORDER BY wanted.place);
    other := both_runs[1];
    one := both_runs[2];
    IF one IS NULL THEN
        RAISE EXCEPTION 'the run that % reproduces is not recorded here: %', left(short_id(other_id), 8), one_id
            USING ERRCODE = 'no_data_found', HINT = 'It was deleted, or recorded in another database.';
    END IF;
    same_engine := (one -> 'environment' ->> 'nautilus_trader' <> other -> 'environment' ->> 'nautilus_trader') IS NOT TRUE;

    rows_found := (
        WITH cells AS (
            SELECT 3 AS part, 'run' AS section, fact.rank, fact.field, one -> fact.field AS one_value,
                   other -> fact.field AS other_value
              FROM (VALUES (1, 'status'), (2, 'error_type'), (3, 'error_message'), (4, 'instruments'), (5, 'data_start'),
                           (6, 'data_end'), (7, 'initial_capital'), (8, 'currency')) AS fact (rank, field)
             UNION ALL
            SELECT 4, 'metric', defined.rank::integer, defined.metric,
                   coalesce(nullif(one -> 'metrics' -> defined.metric, 'null'), one -> 'rejected' -> defined.metric),
                   coalesce(nullif(other -> 'metrics' -> defined.metric, 'null'), other -> 'rejected' -> defined.metric)
              FROM metric_definition() WITH ORDINALITY AS defined (metric, unit, lowest, highest, better, rank)
             WHERE one ->> 'status' = 'success' OR other ->> 'status' = 'success'
             UNION ALL
            SELECT 5, 'figure', 0, coalesce(one_figure.key, other_figure.key), one_figure.value, other_figure.value
              FROM jsonb_each(json_leaves(nullif(one -> 'engine_figures', 'null'))) AS one_figure
              FULL JOIN jsonb_each(json_leaves(nullif(other -> 'engine_figures', 'null'))) AS other_figure
                     ON other_figure.key = one_figure.key
             WHERE same_engine
               AND (one ->> 'status' = 'success' AND other ->> 'status' = 'success'
                    -- How far each had come, where both tell it.
                    OR one ->> 'status' = 'failure' AND other ->> 'status' = 'failure'
                       AND jsonb_typeof(one -> 'engine_figures') = 'object'
                       AND jsonb_typeof(other -> 'engine_figures') = 'object'))
        SELECT jsonb_agg(jsonb_build_object(
                   'part', cells.part, 'section', cells.section, 'rank', cells.rank, 'field', cells.field,
                   'original_value', nullif(cells.one_value, 'null') #>> '{}',
                   'reproduced_value', nullif(cells.other_value, 'null') #>> '{}',
                   'differs', nullif(cells.one_value, 'null') IS DISTINCT FROM nullif(cells.other_value, 'null'),
                   'difference', CASE WHEN jsonb_typeof(cells.one_value) = 'number'
                                           AND jsonb_typeof(cells.other_value) = 'number'
                                      THEN cells.other_value::double precision - cells.one_value::double precision END)
                   ORDER BY cells.part, cells.rank, cells.field)
          FROM cells);
    differing := (SELECT count(*) FROM jsonb_path_query(rows_found, '$[*] ? (@.differs == true)'));
    measured := (SELECT count(*)
                   FROM jsonb_path_query(rows_found, '$[*] ? (@.section == "metric" || @.section == "figure")') AS item
                  WHERE coalesce(item ->> 'original_value', item ->> 'reproduced_value') IS NOT NULL);
    -- The same data from another place is no variation.
    verdict := CASE WHEN nullif(other -> 'changes', 'null') - 'data' <> '{}'
                         AND reproduction_verdict.original IS NULL
                      OR other -> 'changes' ? 'data' AND reproduction_verdict.original IS NULL
                         AND is_same_data(one, other) IS NOT TRUE
                    THEN 'VARIATION'
                    WHEN one ->> 'status' = 'success' AND differing = 0 AND measured = 0 THEN 'DIFFERS'
                    WHEN differing = 0 AND one ->> 'status' <> 'interrupted' THEN 'IDENTICAL'
                    ELSE 'DIFFERS' END;

    RETURN QUERY
    WITH found AS (
        SELECT item.part, item.section, item.rank, item.field, item.original_value, item.reproduced_value, item.differs,
               item.difference
          FROM jsonb_to_recordset(rows_found) AS item (
                   part integer, section text, rank integer, field text, original_value text, reproduced_value text,
                   differs boolean, difference double precision)),
    reason AS (
        SELECT known.rank, known.field, known.original_value, known.reproduced_value, known.note
          FROM reproduction_reasons(one, other) AS known
         WHERE verdict <> 'VARIATION' OR known.is_circumstance),
    ordered AS (
        SELECT 0 AS part, 'verdict' AS section, 0 AS rank, verdict AS field, left(short_id(one_id), 8) AS original_value,
               left(short_id(other_id), 8) AS reproduced_value,
               verdict = 'DIFFERS' OR differing > 0 AS differs,
               NULL::double precision AS difference,
               CASE WHEN differing = 0 AND one ->> 'status' = 'failure' THEN 'failed with the same error'
                    WHEN one ->> 'status' <> 'success' OR other ->> 'status' <> 'success'
                    THEN format('%s, then %s', one ->> 'status', other ->> 'status')
                    WHEN measured = 0 THEN 'nothing to compare: neither run has a metric or a figure'
                    ELSE (SELECT format('%s of %s metrics', CASE differing WHEN 0 THEN 'the same to the last bit: all'
                                                                 ELSE 'other values: '
                                                                      || count(*) FILTER (WHERE found.differs) END, count(*))
                            FROM found
                           WHERE found.section = 'metric'
                             AND coalesce(found.original_value, found.reproduced_value) IS NOT NULL)
                         || coalesce((SELECT format(', %s of %s of the engine''s figures',
                                                    CASE differing WHEN 0 THEN 'all'
                                                         ELSE (count(*) FILTER (WHERE found.differs))::text END, count(*))
                                        FROM found
                                       WHERE found.section = 'figure'
                                      HAVING count(*) > 0), '') END AS note
         UNION ALL
        SELECT 1, 'change', 0, change.key, change.value ->> 'from', change.value ->> 'to', true, NULL, NULL
          FROM jsonb_each(CASE verdict WHEN 'VARIATION' THEN other -> 'changes' ELSE '{}' END) AS change
         UNION ALL
        SELECT 2, CASE verdict WHEN 'DIFFERS' THEN 'reason' ELSE 'caution' END, reason.rank, reason.field,
               reason.original_value, reason.reproduced_value, true, NULL, reason.note
          FROM reason
         WHERE verdict = 'DIFFERS' OR reason.field <> 'not captured'
         UNION ALL
        SELECT 2, 'reason', 99, 'unknown', NULL, NULL, true, NULL,
               CASE measured WHEN 0 THEN 'no metric has a value in either run, so that nothing could be compared'
                             ELSE 'nothing that is recorded differs: the strategy may depend on the time, on files, or on '
                                  'random numbers of its own' END
         WHERE verdict = 'DIFFERS' AND NOT EXISTS (SELECT FROM reason)
         UNION ALL
        SELECT found.part, found.section, found.rank, found.field, found.original_value, found.reproduced_value,
               found.differs, found.difference, NULL
          FROM found)
    SELECT ordered.section, ordered.field, ordered.original_value, ordered.reproduced_value, ordered.differs,
           ordered.difference, ordered.note
      FROM ordered
     ORDER BY ordered.part, ordered.rank, ordered.field;
END;
$function$;

COMMENT ON FUNCTION btsql.reproduction_verdict(text, text) IS
    'Whether a run came out as the one it reproduces, or as that of the second reference. The first row is the verdict: '
    'IDENTICAL, DIFFERS, or VARIATION of a run that was changed on purpose. An interrupted run, or successes without any '
    'metric to compare, are never identical; the same data from another place is no variation. Then, by section: change; '
    'reason (when it differs, the likeliest first) or caution (differences that did not change the result); run; metric, in the units of '
    'performance_metrics, a rejected one as it was reported; figure, the engine''s own, on the same engine version only, of '
    'failures how far they had come. '
    'Values are compared exactly, numbers by value; difference is reproduced - original. Raises invalid_parameter_value '
    'for a run that reproduces none, no_data_found when that run is not recorded; references: see find_run and what it raises.';

COMMIT;
