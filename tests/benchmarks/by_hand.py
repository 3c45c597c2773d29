"""What the benchmark's functions answer, asked for by queries that somebody types by hand."""

from __future__ import annotations

from benchmarks.population import COMMON, RARE

SUMMARY = """
    SELECT run.run_id, left(btsql.short_id(run.run_id), 8) AS short_id, run.started_at, run.duration_seconds, run.status,
           run.strategy_type, run.strategy_name, run.instruments, run.data_start, run.data_end, run.initial_capital,
           run.currency, metrics.total_return, metrics.sharpe_ratio, metrics.max_drawdown, metrics.total_trades,
           run.error_type
      FROM btsql.backtest_run AS run
      LEFT JOIN btsql.performance_metrics AS metrics ON metrics.run_id = run.run_id
     WHERE {condition}
     ORDER BY run.run_id DESC
     LIMIT {limit}"""

RANKED = """
    SELECT row_number() OVER (ORDER BY metrics.sharpe_ratio DESC, metrics.run_id DESC) AS rank, run.run_id,
           left(btsql.short_id(run.run_id), 8) AS short_id, metrics.sharpe_ratio AS value, run.strategy_name,
           run.instruments, run.data_start, run.data_end, run.parameters, metrics.total_return, metrics.sharpe_ratio,
           metrics.max_drawdown, metrics.total_trades
      FROM btsql.performance_metrics AS metrics
      JOIN btsql.backtest_run AS run ON run.run_id = metrics.run_id
     WHERE metrics.sharpe_ratio IS NOT NULL AND {condition}
     ORDER BY metrics.sharpe_ratio DESC, metrics.run_id DESC
     LIMIT 20"""

DETAILS = """
    SELECT run.run_id, btsql.short_id(run.run_id), run.status, run.started_at, run.duration_seconds, run.strategy_type,
           run.strategy_name, run.strategy_path, run.parameters, run.instruments, run.data_start, run.data_end,
           run.data_source, run.initial_capital, run.currency, metrics.total_return, metrics.cagr,
           metrics.annualized_return, metrics.sharpe_ratio, metrics.sortino_ratio, metrics.max_drawdown,
           metrics.volatility, metrics.total_trades, metrics.winning_trades, metrics.losing_trades, metrics.win_rate,
           metrics.profit_factor, metrics.average_win, metrics.average_loss, metrics.final_equity, metrics.net_profit,
           metrics.periods_per_year,
           (SELECT jsonb_object_agg(rejected.metric, jsonb_build_object(
                       'reported_value', rejected.reported_value, 'reason', rejected.reason))
              FROM btsql.rejected_metric AS rejected
             WHERE rejected.run_id = run.run_id),
           run.engine_figures, run.error_type, run.error_message, run.error_traceback, run.origin_run_id, run.changes,
           run.snapshot, run.environment, run.config_hash, run.record_digest, run.recorded_at,
           run.replaced_interrupted_at
      FROM btsql.backtest_run AS run
      LEFT JOIN btsql.performance_metrics AS metrics ON metrics.run_id = run.run_id
     WHERE {condition}"""

DUPLICATES = """
    SELECT same.run_id, btsql.short_id(same.run_id), same.started_at, metrics.total_return, metrics.sharpe_ratio,
           metrics.max_drawdown,
           (SELECT coalesce(jsonb_object_agg(difference.key, difference.value), '{{}}')
              FROM jsonb_each(btsql.json_differences(
                       btsql.surroundings_of(to_jsonb(wanted)), btsql.surroundings_of(to_jsonb(same)))) AS difference
             WHERE difference.value ?& '{{wanted,recorded}}')
      FROM btsql.backtest_run AS wanted
      JOIN btsql.backtest_run AS same
        ON same.config_hash = wanted.config_hash AND same.status = 'success'
       AND same.instruments @> wanted.instruments AND same.instruments <@ wanted.instruments
       AND same.data_start = wanted.data_start AND same.data_end = wanted.data_end AND same.run_id <> wanted.run_id
      JOIN btsql.performance_metrics AS metrics ON metrics.run_id = same.run_id
     WHERE wanted.run_id = {id}
     ORDER BY same.run_id DESC
     LIMIT 20"""


def with_parameter(name: str, value: int) -> str:
    """Return the query for the newest runs with a parameter, as somebody types it who knows the search index."""
    found = f"""(SELECT run_id FROM btsql.run_parameter WHERE name = '{name}' AND value = '{value}'
             ORDER BY run_id DESC OFFSET 0) AS found JOIN btsql.backtest_run AS run ON run.run_id = found.run_id"""
    query = SUMMARY.format(condition=f"run.parameters -> '{name}' = '{value}'", limit=20)
    return query.replace("btsql.backtest_run AS run\n", f"{found}\n")


# By the names of the benchmark's queries.
BY_HAND = {
    "lookup by id": DETAILS.format(condition="run.run_id = %(id)s"),
    "newest 20": SUMMARY.format(condition="true", limit=20),
    "newest 20, common strategy": SUMMARY.format(condition="run.strategy_type = 'sma_crossover'", limit=20),
    "newest 20, rare strategy": SUMMARY.format(condition="run.strategy_type = 'pairs_arbitrage'", limit=20),
    "top 20 Sharpe": RANKED.format(condition="true"),
    "top 20 Sharpe, common strategy": RANKED.format(condition="metrics.strategy_type = 'sma_crossover'"),
    "top 20 Sharpe, rare strategy": RANKED.format(condition="metrics.strategy_type = 'pairs_arbitrage'"),
    "instrument + dates + status, limit 1000": SUMMARY.format(
        condition="run.instruments @> '{SYM0.XNAS}' AND run.started_at >= '2020-01-01' "
        "AND run.started_at < '2020-01-12' AND run.status = 'success'",
        limit=1000,
    ),
    "parameter equality, common value": with_parameter("slow_period", COMMON),
    "parameter equality, rare value": with_parameter("fast_period", RARE),
    "duplicate check": DUPLICATES.format(id="%(id)s"),
}
