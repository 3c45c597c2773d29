-- Verify btsql:tables/performance_metrics on pg
BEGIN;

SELECT run_id, recorded_at, status, strategy_type, total_return, cagr, annualized_return, sharpe_ratio,
       sortino_ratio, max_drawdown, volatility, total_trades, winning_trades, losing_trades, win_rate,
       profit_factor, average_win, average_loss, final_equity, net_profit, periods_per_year
  FROM btsql.performance_metrics
 WHERE FALSE;

ROLLBACK;
