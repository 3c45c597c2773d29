-- Deploy btsql:functions/best_runs to pg
-- requires: functions/list_runs
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
    wanted jsonb := best_runs.metrics -> best_runs.metric;
BEGIN
    PERFORM check_metric(best_runs.metric);
    SELECT defined.better INTO better FROM metric_definition() AS defined WHERE defined.metric = best_runs.metric;
    IF better IS NULL THEN
        RAISE EXCEPTION 'metric "%" has no better and no worse', best_runs.metric
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Sort by it with list_runs(sort_by => ...).';
    END IF;

    -- A plain value is a criterion too: to be equal. What is asked of the metric stands: that it be absent finds no run.
    wanted := '{"exists": true}' || CASE WHEN wanted IS NULL THEN '{}'
                                         WHEN jsonb_typeof(wanted) = 'object' AND wanted <> '{}' THEN wanted
                                         ELSE jsonb_build_object('=', wanted) END;

    RETURN QUERY
    SELECT row_number() OVER (ORDER BY listed.ordinality), listed.run_id, listed.short_id,
           (to_jsonb(measured) ->> best_runs.metric)::double precision, listed.strategy_name, listed.instruments,
           listed.data_start, listed.data_end, run.parameters, listed.total_return, listed.sharpe_ratio,
           listed.max_drawdown, listed.total_trades
      FROM list_runs(
               strategy_name => best_runs.strategy_name, strategy_type => best_runs.strategy_type,
               instrument => best_runs.instrument, status => 'success', since => best_runs.since,
               until => best_runs.until, parameters => best_runs.parameters,
               metrics => CASE WHEN coalesce(jsonb_typeof(best_runs.metrics), 'object') <> 'object' THEN best_runs.metrics
                               ELSE coalesce(best_runs.metrics, '{}') || jsonb_build_object(best_runs.metric, wanted) END,
               tags => best_runs.tags, sort_by => best_runs.metric, descending => better = 'higher',
               result_limit => best_runs.result_limit) WITH ORDINALITY AS listed
      JOIN backtest_run AS run ON run.run_id = listed.run_id
      JOIN performance_metrics AS measured ON measured.run_id = listed.run_id
     WHERE to_jsonb(measured) -> best_runs.metric <> 'null'
     ORDER BY listed.ordinality;
END;
$function$;

COMMENT ON FUNCTION btsql.best_runs(
    text, text, text, text, timestamptz, timestamptz, jsonb, jsonb, text[], integer) IS
    'The best runs by a metric, best first, with the parameters that made each. Lower is better for volatility, higher '
    'for every other metric (a drawdown is negative). Runs without the metric do not rank. The filters are those of '
    'list_runs. Raises invalid_parameter_value, for counts too, which are neither good nor bad.';

COMMIT;
