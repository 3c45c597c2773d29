"""The one definition of the metrics that are stored in typed columns.

An engine's own figures change their meaning from one version to the next; these do not. Everything is
computed from two things: the equity of the run at the end of each day, and the profit of each trade. Returns
are fractions (0.1 is +10 %), money is in the account's currency, and a metric that has no value is None with
a reason, never NaN, infinite or zero. Pure Python on purpose: quick to import, and tested without an engine.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from btsql.metric_names import METRICS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

TRADING_DAYS_PER_YEAR: Final = 252
CALENDAR_DAYS_PER_YEAR: Final = 365
MEAN_YEAR_IN_DAYS: Final = 365.25
LONGEST_GAP_OF_DAILY_DATA: Final = 4  # calendar days: a weekend and a holiday
SHORTEST_ANNUALISED_CURVE: Final = 30
"""Calendar days; a shorter curve says nothing about a year (+1 % in a day would be +1,127 % a year)."""

_ROUNDING_NOISE: Final = 1e-12  # equal daily returns differ by some 1e-16 in binary floating point
_NOT_DAILY: Final = "the days with data lie too far apart for daily returns"
_SATURDAY: Final = 5
_SUNDAY: Final = 6

METRIC_NAMES: Final = METRICS
"""Every typed metric, in the order in which they are stored and shown."""

_RATIOS: Final = ("cagr", "annualized_return", "volatility", "sharpe_ratio", "sortino_ratio")
_OF_CURVE: Final = (
    "total_return",
    *_RATIOS,
    "max_drawdown",
    "final_equity",
    "net_profit",
    "periods_per_year",
)
_OF_TRADES: Final = (
    "total_trades",
    "winning_trades",
    "losing_trades",
    "win_rate",
    "profit_factor",
    "average_win",
    "average_loss",
)

Number = float | int


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Stands in for a value that cannot be known.

    Attributes
    ----------
    reason
        One short sentence for the user, without a full stop.
    """

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityCurve:
    """What an account was worth at the end of each UTC day on which there was market data.

    Attributes
    ----------
    currency
        Code of the currency of all amounts.
    opening
        Balance before the first trade (E0).
    days
        UTC days as whole days since 1970-01-01, strictly ascending.
    equity
        Balance plus unrealised profit at the end of each of ``days`` (E1 to En).

    Raises
    ------
    ValueError
        If the two tuples differ in length, the days do not ascend, or an amount is NaN or infinite.
    """

    currency: str
    opening: float
    days: tuple[int, ...]
    equity: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse a curve that no formula below could be trusted on."""
        if len(self.days) != len(self.equity):
            raise ValueError(f"{len(self.days)} days but {len(self.equity)} equity points")
        if any(later <= earlier for earlier, later in zip(self.days, self.days[1:], strict=False)):
            raise ValueError("the days of an equity curve must be strictly ascending")
        if not all(map(math.isfinite, (self.opening, *self.equity))):
            raise ValueError("an equity curve holds finite amounts only")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """The metrics of one run.

    Attributes
    ----------
    metrics
        Every name of :data:`METRIC_NAMES`, in that order; None where the metric has no value.
    undefined
        Why, for each metric that is None, and for no other.
    """

    metrics: dict[str, Number | None]
    undefined: dict[str, str]


def measure(curve: EquityCurve | Unavailable, trades: Sequence[float] | Unavailable) -> Measurement:
    """Compute every metric that has a value.

    Parameters
    ----------
    curve
        The daily equity of the whole run.
    trades
        Net profit of each finished trade, in the currency of the curve; any order.

    Returns
    -------
    Measurement
        Finite numbers, or None with the reason.

    Notes
    -----
    With E0 the opening balance, E1 to En the day ends of :func:`trading_days`, r the daily returns and P the
    periods of a year:

    ===================  ===============================================  ========================
    metric               formula                                          source
    ===================  ===============================================  ========================
    total_return         En / E0 - 1                                      holding-period return
    cagr                 (En / E0) ^ (365.25 / calendar days) - 1         growth per calendar year
    annualized_return    (En / E0) ^ (P / n) - 1                          growth per P trading days
    volatility           std(r, n - 1) * sqrt(P)                          sample deviation, scaled
    sharpe_ratio         mean(r) / std(r, n - 1) * sqrt(P)                Sharpe (1994)
    sortino_ratio        mean(r) / sqrt(mean(min(r, 0)^2)) * sqrt(P)      Sortino and Price (1994)
    max_drawdown         min(E / highest E so far - 1), E0 included       largest loss from a peak
    win_rate             wins / trades
    profit_factor        sum of wins / |sum of losses|
    average_win, _loss   mean of the wins, of the losses
    ===================  ===============================================  ========================

    The risk-free rate and the target return are zero. sqrt(P) scales from days to a year, which assumes that
    returns are uncorrelated from day to day (Lo 2002 shows what it does where they are not).

    References
    ----------
    W. F. Sharpe, "The Sharpe Ratio", Journal of Portfolio Management 21 (1), 1994, pages 49 to 58.
    F. A. Sortino and L. N. Price, "Performance Measurement in a Downside Risk Framework", Journal of
    Investing 3 (3), 1994, pages 59 to 64.
    A. W. Lo, "The Statistics of Sharpe Ratios", Financial Analysts Journal 58 (4), 2002, pages 36 to 52.
    """
    sheet = _Sheet()
    _measure_curve(sheet, curve)
    _measure_trades(sheet, trades)
    return sheet.finish()


def trading_days(curve: EquityCurve) -> EquityCurve:
    """Fold Sunday sessions into Monday when the market is closed on Saturdays.

    Currencies open on Sunday evening UTC. Counted as a day, that hour or two would be a sixth trading day of
    the week. So, where a curve has Sundays and no Saturday, a Sunday before a Monday disappears (Monday's end
    includes it), and one without its Monday is dated on that Monday. Any other curve is returned unchanged,
    and folding twice changes nothing.
    """
    weekdays = set(map(_weekday, curve.days))
    if _SUNDAY not in weekdays or _SATURDAY in weekdays:
        return curve
    points = dict(zip(map(_session, curve.days), curve.equity, strict=True))  # Monday comes later, and wins
    return EquityCurve(
        currency=curve.currency, opening=curve.opening, days=tuple(points), equity=tuple(points.values())
    )


def periods_per_year(days: Iterable[int]) -> int:
    """Return how many daily returns make a year: 365 with data on Saturdays and Sundays, else 252."""
    weekdays = set(map(_weekday, days))
    return CALENDAR_DAYS_PER_YEAR if {_SATURDAY, _SUNDAY} <= weekdays else TRADING_DAYS_PER_YEAR


def is_daily(days: Sequence[int]) -> bool:
    """Tell whether days with data follow each other as trading days do, not as the days of weekly bars."""
    gaps = sorted(later - earlier for earlier, later in itertools.pairwise(days))
    return not gaps or gaps[len(gaps) // 2] <= LONGEST_GAP_OF_DAILY_DATA


class _Sheet:
    """Collects values and reasons; nothing that is not a finite number gets through it."""

    def __init__(self) -> None:
        self.values: dict[str, Number] = {}
        self.reasons: dict[str, str] = {}

    def put(self, name: str, value: Number) -> None:
        """Keep a value, unless the arithmetic left the range of floating point."""
        if math.isfinite(value):
            self.values[name] = value
        else:
            self.omit([name], "the figures are too large to compute with")

    def compute(self, name: str, formula: Callable[[], float]) -> None:
        """Keep what the formula gives, and survive one that overflows."""
        try:
            self.put(name, formula())
        except (OverflowError, ValueError):  # from `**` and fsum; inf - inf in fsum is a ValueError
            self.put(name, math.inf)

    def omit(self, names: Iterable[str], reason: str) -> None:
        """Say why the metrics have no value."""
        self.reasons.update(dict.fromkeys(names, reason))

    def finish(self) -> Measurement:
        """Return the sheet in the one order of the metrics."""
        return Measurement(
            metrics={name: self.values.get(name) for name in METRIC_NAMES},
            undefined={name: self.reasons[name] for name in METRIC_NAMES if name not in self.values},
        )


def _measure_curve(sheet: _Sheet, given: EquityCurve | Unavailable) -> None:
    if isinstance(given, Unavailable):
        sheet.omit(_OF_CURVE, given.reason)
        return
    if not given.days:
        sheet.omit(_OF_CURVE, "there was no day with market data")
        return
    curve = trading_days(given)
    sheet.put("final_equity", curve.equity[-1])
    sheet.put("net_profit", curve.equity[-1] - curve.opening)
    if is_daily(curve.days):
        sheet.put("periods_per_year", periods_per_year(curve.days))
    else:
        sheet.omit(["periods_per_year"], _NOT_DAILY)
    if curve.opening <= 0:
        sheet.omit(("total_return", "max_drawdown", *_RATIOS), "the opening balance is not positive")
    elif min(curve.equity) <= 0:
        # Whatever came later, the capital was gone: returns on nothing, or on a debt, have no meaning.
        sheet.put("total_return", -1.0)
        sheet.put("max_drawdown", -1.0)
        sheet.omit(_RATIOS, "the equity fell to zero or below")
    else:
        sheet.compute("total_return", lambda: _growth(curve) - 1)
        sheet.put("max_drawdown", _max_drawdown((curve.opening, *curve.equity)))
        _measure_growth(sheet, curve)
        if is_daily(curve.days):
            _measure_risk(sheet, _returns(curve), periods_per_year(curve.days))
        else:
            sheet.omit(("annualized_return", "volatility", "sharpe_ratio", "sortino_ratio"), _NOT_DAILY)


def _measure_growth(sheet: _Sheet, curve: EquityCurve) -> None:
    span = curve.days[-1] - curve.days[0] + 1
    if span < SHORTEST_ANNUALISED_CURVE:
        length = "1 day" if span == 1 else f"{span} days"
        sheet.omit(
            ("cagr", "annualized_return"),
            f"the curve covers {length}, fewer than {SHORTEST_ANNUALISED_CURVE}",
        )
        return
    periods = periods_per_year(curve.days)
    sheet.compute("cagr", lambda: _growth(curve) ** (MEAN_YEAR_IN_DAYS / span) - 1)
    if is_daily(curve.days):
        sheet.compute("annualized_return", lambda: _growth(curve) ** (periods / len(curve.days)) - 1)


def _measure_risk(sheet: _Sheet, returns: Sequence[float], periods: int) -> None:
    if len(returns) < 2:
        sheet.omit(("volatility", "sharpe_ratio", "sortino_ratio"), "the curve has one day only")
        return
    try:
        mean, deviation, downside = _moments(returns)
    except (OverflowError, ValueError):
        mean = deviation = downside = math.inf
    scale = math.sqrt(periods)
    if deviation < _ROUNDING_NOISE:
        sheet.put("volatility", 0.0)
        sheet.omit(("sharpe_ratio", "sortino_ratio"), "the daily returns do not vary")
        return
    sheet.put("volatility", deviation * scale)
    sheet.put("sharpe_ratio", mean / deviation * scale)
    if downside < _ROUNDING_NOISE:
        sheet.omit(["sortino_ratio"], "there was no losing day")
    else:
        sheet.put("sortino_ratio", mean / downside * scale)


def _measure_trades(sheet: _Sheet, trades: Sequence[float] | Unavailable) -> None:
    if isinstance(trades, Unavailable):
        sheet.omit(_OF_TRADES, trades.reason)
        return
    if not all(map(math.isfinite, trades)):
        sheet.omit(_OF_TRADES, "the profit of a trade is not a finite number")
        return
    wins = [profit for profit in trades if profit > 0]
    losses = [profit for profit in trades if profit < 0]
    sheet.put("total_trades", len(trades))
    sheet.put("winning_trades", len(wins))
    sheet.put("losing_trades", len(losses))
    if not trades:
        sheet.omit(("win_rate", "profit_factor", "average_win", "average_loss"), "there were no trades")
        return
    sheet.put("win_rate", len(wins) / len(trades))
    if losses:
        sheet.compute("profit_factor", lambda: math.fsum(wins) / abs(math.fsum(losses)))
        sheet.compute("average_loss", lambda: math.fsum(losses) / len(losses))
    else:
        sheet.omit(("profit_factor", "average_loss"), "there was no losing trade")
    if wins:
        sheet.compute("average_win", lambda: math.fsum(wins) / len(wins))
    else:
        sheet.omit(["average_win"], "there was no winning trade")


def _growth(curve: EquityCurve) -> float:
    return curve.equity[-1] / curve.opening


def _returns(curve: EquityCurve) -> list[float]:
    before = (curve.opening, *curve.equity[:-1])
    return [now / then - 1 for then, now in zip(before, curve.equity, strict=True)]


def _max_drawdown(equity: Iterable[float]) -> float:
    peak, deepest = 0.0, 0.0
    for value in equity:
        peak = max(peak, value)
        deepest = min(deepest, value / peak - 1)
    return deepest


def _moments(returns: Sequence[float]) -> tuple[float, float, float]:
    """Return the mean, the sample deviation, scaled and the downside deviation (target 0, all days)."""
    mean = math.fsum(returns) / len(returns)
    variance = math.fsum((r - mean) * (r - mean) for r in returns) / (len(returns) - 1)
    downside = math.fsum(r * r for r in returns if r < 0) / len(returns)
    return mean, math.sqrt(variance), math.sqrt(downside)


def _weekday(day: int) -> int:
    """Return 0 for Monday to 6 for Sunday; 1970-01-01 was a Thursday."""
    return (day + 3) % 7


def _session(day: int) -> int:
    return day + 1 if _weekday(day) == _SUNDAY else day
