-- Deploy btsql:functions/write_metrics to pg
-- requires: triggers/performance_metrics
-- requires: triggers/rejected_metric
BEGIN;

CREATE FUNCTION btsql.write_metrics(metrics btsql.performance_metrics, rejected_metrics jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = btsql, pg_temp
AS $function$
BEGIN
    INSERT INTO performance_metrics (
        run_id, strategy_type, total_return, cagr, annualized_return, sharpe_ratio, sortino_ratio, max_drawdown,
        volatility, total_trades, winning_trades, losing_trades, win_rate, profit_factor, average_win, average_loss,
        final_equity, net_profit, periods_per_year)
    VALUES (
        metrics.run_id, metrics.strategy_type, metrics.total_return, metrics.cagr, metrics.annualized_return,
        metrics.sharpe_ratio, metrics.sortino_ratio, metrics.max_drawdown, metrics.volatility, metrics.total_trades,
        metrics.winning_trades, metrics.losing_trades, metrics.win_rate, metrics.profit_factor, metrics.average_win,
        metrics.average_loss, metrics.final_equity, metrics.net_profit, metrics.periods_per_year);

    INSERT INTO rejected_metric (run_id, metric, reported_value, reason)
    SELECT metrics.run_id, rejected.key, rejected.value ->> 'reported_value', rejected.value ->> 'reason'
      FROM jsonb_each(write_metrics.rejected_metrics) AS rejected;
END;
$function$;

COMMENT ON FUNCTION btsql.write_metrics(btsql.performance_metrics, jsonb) IS
    'Writes the metrics of a success for record_run(), and the reasons for those that are not stored: {metric: '
    '{reported_value, reason}}.';

COMMIT;
