-- Deploy btsql:functions/best_runs to pg
-- requires: functions/matching_runs
-- requires: functions/short_id_digits
-- requires: functions/check_metric
-- requires: types/ranked_run
BEGIN;

CREATE FUNCTION btsql.best_runs(
    metric        text,
    strategy_type text DEFAULT NULL,
    strategy_name text DEFAULT NULL,
    instrument    text DEFAULT NULL,
    since         timestamptz DEFAULT NULL,
    until         timestamptz DEFAULT NULL,
    parameters    jsonb DEFAULT NULL,
    metrics       jsonb DEFAULT NULL,
    tags          text[] DEFAULT NULL,
    result_limit  integer DEFAULT 20)
RETURNS SETOF btsql.ranked_run
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
SET extra_float_digits = 1
AS $function$
DECLARE
    better text;
    page   uuid[];
    digits integer;
BEGIN
    PERFORM check_metric(best_runs.metric);
    SELECT defined.better INTO better FROM metric_definition() AS defined WHERE defined.metric = best_runs.metric;
    IF better IS NULL THEN
        RAISE EXCEPTION 'metric "%" cannot be ranked: neither direction is better', best_runs.metric
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Sort by it with list_runs(sort_by => ...).';
    END IF;

    page := matching_runs(
        best_runs.strategy_name, best_runs.strategy_type, best_runs.instrument, 'success', best_runs.since,
        best_runs.until, NULL, NULL, best_runs.parameters, best_runs.metrics, best_runs.tags, best_runs.metric,
        better = 'higher', best_runs.result_limit, NULL, only_measured => true);
    digits := short_id_digits(page);

    RETURN QUERY
    SELECT listed.place, run.run_id, left(short_id(run.run_id), digits),
           (document.metrics ->> best_runs.metric)::double precision, run.strategy_name, run.instruments, run.data_start,
           run.data_end, run.currency, run.parameters, measured.total_return, measured.sharpe_ratio, measured.max_drawdown,
           measured.total_trades, document.metrics
      FROM unnest(page) WITH ORDINALITY AS listed (run_id, place)
      JOIN backtest_run AS run ON run.run_id = listed.run_id
      JOIN performance_metrics AS measured ON measured.run_id = run.run_id
     CROSS JOIN LATERAL (
         SELECT to_jsonb(measured) - '{run_id,strategy_type,status,recorded_at}'::text[] AS metrics
         OFFSET 0) AS document  -- made once for each run, not once for each use
     ORDER BY listed.place;
END;
$function$;

COMMENT ON FUNCTION btsql.best_runs(
    text, text, text, text, timestamptz, timestamptz, jsonb, jsonb, text[], integer) IS
    'The best runs by a metric, best first, with the parameters of each. Lower is better for volatility, higher for '
    'every other metric (a drawdown is negative); of equal values the newest comes first, for volatility the oldest. '
    'Runs without the metric are not ranked. The filters are those of '
    'list_runs. Raises invalid_parameter_value, also for a count: more trades are neither better nor worse.';

COMMIT;
