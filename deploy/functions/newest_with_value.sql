-- Deploy btsql:functions/newest_with_value to pg
-- requires: tables/backtest_run
-- requires: tables/run_parameter
BEGIN;

-- The most common search. Its one plan, made once in a session, reads the search index from the newest run on.
CREATE FUNCTION btsql.newest_with_value(parameters jsonb, before uuid, result_limit integer)
RETURNS uuid[]
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $function$
DECLARE
    newest       CONSTANT uuid := uuid 'ffffffff-ffff-ffff-ffff-ffffffffffff';
    wanted_name  text;
    wanted_value jsonb;
BEGIN
    IF jsonb_typeof(newest_with_value.parameters) <> 'object' THEN
        RETURN NULL;
    END IF;
    SELECT given.key, given.value
      INTO wanted_name, wanted_value
      FROM jsonb_each(newest_with_value.parameters) AS given
     WHERE (SELECT count(*) FROM jsonb_object_keys(newest_with_value.parameters)) = 1
       AND jsonb_typeof(given.value) IN ('number', 'string', 'boolean')
       AND length(given.value::text) <= 200
       AND length(given.key) <= 200;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    RETURN ARRAY(
        SELECT run.run_id
          FROM (SELECT parameter.run_id
                  FROM run_parameter AS parameter
                 WHERE parameter.name = wanted_name
                   AND parameter.value = wanted_value
                   AND parameter.run_id < coalesce(newest_with_value.before, newest)
                 ORDER BY parameter.run_id DESC
                OFFSET 0) AS candidate
          JOIN backtest_run AS run ON run.run_id = candidate.run_id
         WHERE run.parameters -> wanted_name = wanted_value
         ORDER BY candidate.run_id DESC
         LIMIT newest_with_value.result_limit);
EXCEPTION
    WHEN feature_not_supported THEN -- distributed tables have no plan without their values
        RETURN NULL;
END;
$function$;

COMMENT ON FUNCTION btsql.newest_with_value(jsonb, uuid, integer) IS
    'For matching_runs(): the newest result_limit runs with one value of a parameter, as {"fast_period": 10}, before a '
    'run id or, when that is NULL, of all. Returns NULL when parameters holds anything but one number, text or boolean '
    'of at most 200 characters, or when the tables are distributed and have no such plan.';

COMMIT;
