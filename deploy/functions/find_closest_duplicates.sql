-- Deploy btsql:functions/find_closest_duplicates to pg
-- requires: functions/find_duplicates
-- requires: functions/check_limit
BEGIN;

CREATE FUNCTION btsql.find_closest_duplicates(config jsonb, result_limit integer DEFAULT 20)
RETURNS SETOF btsql.duplicate_run
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
AS $function$
BEGIN
    PERFORM check_limit(find_closest_duplicates.result_limit);
    RETURN QUERY
    -- The closest of a few may be older than the few.
    SELECT found.run_id, found.short_id, found.started_at, found.total_return, found.sharpe_ratio, found.max_drawdown,
           found.differences
      FROM find_duplicates(find_closest_duplicates.config, greatest(find_closest_duplicates.result_limit, 100)) AS found
     ORDER BY found.differences <> '{}',
              found.differences ?| '{data,data_source,data_fingerprint}' AND NOT found.differences ? 'data_not_compared',
              found.run_id DESC
     LIMIT find_closest_duplicates.result_limit;
END;
$function$;

COMMENT ON FUNCTION btsql.find_closest_duplicates(jsonb, integer) IS
    'What find_duplicates() finds, which describes it, the closest first: runs in which nothing differs, then those not '
    'known to be on other data, then the others, each newest first. It looks at the newest 100 or, for a larger '
    'result_limit, at so many; runs with the same data fingerprint are among them before others. Raises what '
    'find_duplicates() does.';

COMMIT;
