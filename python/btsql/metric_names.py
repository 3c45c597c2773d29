"""What the metrics are called, in the order of the schema's metric_definition()."""

from __future__ import annotations

from btsql.errors import UsageError

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

DATES = frozenset({"date", "time", "started", "started_at"})
"""What people call the time at which a run was started."""

CLOSE = 0.7
"""How much a name is like a metric's that may be meant: "beauty" is 0.67 like "equity"."""

_LISTED = ", ".join(METRICS)

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


def required_metric(text: str) -> str:
    """Return the name of the metric that a text means.

    Raises
    ------
    UsageError
        There is none; the hint has the one that may be meant.

    """
    name = metric_name(text)
    if name not in METRICS:
        raise UsageError(f'there is no metric "{text}"', hint=_meant(name) or f"There are: {_LISTED}.")
    return name


def sort_column(text: str) -> str:
    """Return what list_runs() sorts by for what people call it: a metric, or the date.

    Raises
    ------
    UsageError
        Runs have no such thing; the hint has what may be meant.

    """
    name = metric_name(text)
    if name in DATES:
        return "started_at"
    if name not in METRICS:
        hint = _meant(name) or f"Sort by date or by a metric: {_LISTED}."
        raise UsageError(f'runs cannot be sorted by "{text}"', hint=hint)
    return name


def _meant(name: str) -> str | None:
    from difflib import get_close_matches  # noqa: PLC0415 - needed after a mistake only

    likely = get_close_matches(name, [*METRICS, *SHORT_NAMES], n=1, cutoff=CLOSE)
    return f"did you mean {metric_name(likely[0])}?" if likely else None
