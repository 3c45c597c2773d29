-- Deploy btsql:functions/get_run to pg
-- requires: functions/find_run
-- requires: types/run_details
-- requires: tables/rejected_metric
-- requires: functions/current_tags
BEGIN;

CREATE FUNCTION btsql.get_run(reference text)
RETURNS SETOF btsql.run_details
LANGUAGE plpgsql STABLE
SET search_path = btsql, pg_temp
AS $function$
DECLARE
    found_id CONSTANT uuid := find_run(get_run.reference);
    tags     CONSTANT text[] := current_tags(found_id);
BEGIN
    RETURN QUERY
    SELECT run.run_id, short_id(run.run_id), run.status, run.started_at, run.duration_seconds,
           run.strategy_type, run.strategy_name, run.strategy_path, run.parameters,
           run.instruments, run.data_start, run.data_end, run.data_source,
           run.initial_capital, run.currency,
           metrics.total_return, metrics.cagr, metrics.annualized_return,
           metrics.sharpe_ratio, metrics.sortino_ratio, metrics.max_drawdown,
           metrics.volatility, metrics.total_trades, metrics.winning_trades, metrics.losing_trades,
           metrics.win_rate, metrics.profit_factor, metrics.average_win,
           metrics.average_loss, metrics.final_equity, metrics.net_profit,
           metrics.periods_per_year,
           (SELECT jsonb_object_agg(rejected.metric, jsonb_build_object(
                       'reported_value', rejected.reported_value, 'reason', rejected.reason))
              FROM rejected_metric AS rejected
             WHERE rejected.run_id = found_id),
           run.engine_figures,
           run.error_type, run.error_message, run.error_traceback,
           run.origin_run_id, run.changes, run.snapshot, run.environment, run.config_hash,
           run.record_digest, run.recorded_at, run.replaced_interrupted_at, tags,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                       'annotated_at', annotation.annotated_at, 'kind', annotation.kind, 'content', annotation.content)
                       ORDER BY annotation.annotation_id), '[]')
              FROM run_annotation AS annotation
             WHERE annotation.run_id = found_id)
      FROM backtest_run AS run
      LEFT JOIN performance_metrics AS metrics ON metrics.run_id = run.run_id
     WHERE run.run_id = found_id;
END;
$function$;

COMMENT ON FUNCTION btsql.get_run(text) IS
    'All that is recorded of one run, as one row: execution, configuration, metrics (units as in performance_metrics), '
    'rejected_metrics ({metric: {reported_value, reason}}), error, origin, snapshot, environment, tags, annotations. reference: see '
    'find_run, which raises no_data_found, cardinality_violation, invalid_parameter_value.';

COMMIT;
