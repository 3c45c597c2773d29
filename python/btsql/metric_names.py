"""What the metrics are called, in the order of the schema's metric_definition()."""

from __future__ import annotations

METRICS = (
    "total_return",
    "cagr",
    "annualized_return",
    "sharpe_ratio",
    "sortino_ratio",
    "max_drawdown",
    "volatility",
    "total_trades",
    "winning_trades",
    "losing_trades",
    "win_rate",
    "profit_factor",
    "average_win",
    "average_loss",
    "final_equity",
    "net_profit",
    "periods_per_year",
)

FRACTIONS = frozenset({"total_return", "cagr", "annualized_return", "max_drawdown", "volatility", "win_rate"})
"""The metrics that people read as percentages."""

SHORT_NAMES = {
    "return": "total_return",
    "annualised_return": "annualized_return",
    "sharpe": "sharpe_ratio",
    "sortino": "sortino_ratio",
    "drawdown": "max_drawdown",
    "trades": "total_trades",
    "wins": "winning_trades",
    "losses": "losing_trades",
    "equity": "final_equity",
    "profit": "net_profit",
}


def metric_name(text: str) -> str:
    """Return a metric's name for what people call it: any case, - for _, or a short name as `sharpe`."""
    name = text.strip().lower().replace("-", "_")
    return SHORT_NAMES.get(name, name)
