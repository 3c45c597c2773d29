"""The one definition of the metrics, against arithmetic on paper, properties and an independent library."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from btsql.metrics import (
    METRIC_NAMES,
    EquityCurve,
    Measurement,
    Unavailable,
    measure,
    periods_per_year,
    trading_days,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

MONDAY = 19_723  # 2024-01-01
SATURDAY, SUNDAY = MONDAY + 5, MONDAY + 6
OF_TRADES = METRIC_NAMES[7:14]


def curve_of(
    equity: Sequence[float], *, days: Sequence[int] | None = None, opening: float = 100.0
) -> EquityCurve:
    if days is None:
        days = range(MONDAY, MONDAY + len(equity))
    return EquityCurve(currency="USD", opening=opening, days=tuple(days), equity=tuple(equity))


def weekdays(count: int) -> list[int]:
    return [day for day in range(MONDAY, MONDAY + 2 * count + 7) if (day - MONDAY) % 7 < 5][:count]


def business(equity: Sequence[float], *, opening: float = 100.0) -> EquityCurve:
    return curve_of(equity, days=weekdays(len(equity)), opening=opening)


def metric(measurement: Measurement, name: str) -> float:
    value = measurement.metrics[name]
    assert value is not None, measurement.undefined[name]
    return value


# --- on paper -------------------------------------------------------------------------------------


def test_four_days_worked_by_hand() -> None:
    # 100 -> 110 -> 99 -> 108.9 -> 108.9: returns +0.1, -0.1, +0.1, 0
    # mean = 0.1 / 4 = 0.025
    # deviations 0.075, -0.125, 0.075, -0.025; squares 0.005625 + 0.015625 + 0.005625 + 0.000625 = 0.0275
    # std = sqrt(0.0275 / 3) = 0.0957427..., downside = sqrt(0.01 / 4) = 0.05
    found = measure(business([110, 99, 108.9, 108.9]), [])
    std = math.sqrt(0.0275 / 3)
    assert metric(found, "total_return") == pytest.approx(0.089, abs=1e-12)
    assert metric(found, "volatility") == pytest.approx(std * math.sqrt(252), rel=1e-12)
    assert metric(found, "sharpe_ratio") == pytest.approx(0.025 / std * math.sqrt(252), rel=1e-12)
    assert metric(found, "sortino_ratio") == pytest.approx(0.5 * math.sqrt(252), rel=1e-12)
    assert metric(found, "max_drawdown") == pytest.approx(-0.1, abs=1e-12)  # 99 / 110 - 1
    assert metric(found, "final_equity") == 108.9
    assert metric(found, "net_profit") == pytest.approx(8.9, abs=1e-12)
    assert metric(found, "periods_per_year") == 252


def test_drawdown_counts_the_fall_from_the_opening_balance() -> None:
    assert metric(measure(business([80, 90, 95]), []), "max_drawdown") == pytest.approx(-0.2, abs=1e-12)


def test_drawdown_of_a_curve_that_only_rises_is_zero() -> None:
    assert metric(measure(business([101, 102, 110]), []), "max_drawdown") == 0


def test_growth_is_per_calendar_year_and_per_trading_year() -> None:
    # 261 weekdays from Monday 2024-01-01 to Monday 2024-12-30: 52 weeks and a day = 365 calendar days
    found = measure(business([100.0] * 260 + [121.0]), [])
    assert metric(found, "cagr") == pytest.approx(1.21 ** (365.25 / 365) - 1, rel=1e-12)
    assert metric(found, "annualized_return") == pytest.approx(1.21 ** (252 / 261) - 1, rel=1e-12)


@pytest.mark.parametrize(("length", "defined"), [(29, False), (30, True)])
def test_a_year_is_not_made_up_from_under_thirty_calendar_days(length: int, *, defined: bool) -> None:
    found = measure(curve_of([100 + day for day in range(length)]), [])
    for name in ("cagr", "annualized_return"):
        assert (found.metrics[name] is not None) is defined
    assert metric(found, "sharpe_ratio") > 0  # a daily figure, scaled: defined for both


def test_trades_worked_by_hand() -> None:
    # two wins (30, 10), one break-even, two losses (-15, -5): 2 of 5 = 0.4, 40 / 20 = 2
    found = measure(business([100, 110]), [30.0, -15.0, 0.0, 10.0, -5.0])
    assert {name: found.metrics[name] for name in OF_TRADES} == {
        "total_trades": 5,
        "winning_trades": 2,
        "losing_trades": 2,
        "win_rate": 0.4,
        "profit_factor": 2.0,
        "average_win": 20.0,
        "average_loss": -10.0,
    }


# --- undefined, with its reason -------------------------------------------------------------------


@pytest.mark.parametrize(("step", "daily"), [(1, True), (4, True), (7, False), (30, False)])
def test_what_is_not_daily_has_no_figures_of_daily_returns(step: int, *, daily: bool) -> None:
    days = [MONDAY + step * number for number in range(40)]
    measured = measure(curve_of([100.0 + number % 7 for number in range(40)], days=days), [])
    yearly = ("annualized_return", "volatility", "sharpe_ratio", "sortino_ratio", "periods_per_year")
    assert [measured.metrics[name] is not None for name in yearly] == [daily] * 5
    assert measured.metrics["cagr"] is not None
    if not daily:
        assert {measured.undefined[name] for name in yearly} == {
            "the days with data lie too far apart for daily returns"
        }


def test_one_day_has_no_risk_figures() -> None:
    found = measure(business([101]), [])
    assert {name for name, why in found.undefined.items() if why == "the curve has one day only"} == {
        "volatility",
        "sharpe_ratio",
        "sortino_ratio",
    }
    assert metric(found, "total_return") == pytest.approx(0.01)


def test_no_variance_has_no_sharpe_but_a_volatility() -> None:
    found = measure(business([100, 100, 100]), [])
    assert found.metrics["volatility"] == 0
    assert (
        found.undefined["sharpe_ratio"] == found.undefined["sortino_ratio"] == "the daily returns do not vary"
    )


def test_equal_returns_are_no_variance_in_spite_of_rounding() -> None:
    found = measure(business([100 * 1.01**day for day in range(1, 40)]), [])
    assert found.metrics["sharpe_ratio"] is None


def test_no_losing_day_has_no_sortino() -> None:
    found = measure(business([101, 103, 103]), [])
    assert found.undefined["sortino_ratio"] == "there was no losing day"
    assert metric(found, "sharpe_ratio") > 0


@pytest.mark.parametrize("lowest", [0.0, -20.0])
def test_ruin_is_a_total_loss_whatever_follows(lowest: float) -> None:
    found = measure(business([90, lowest, 50]), [])
    assert found.metrics["total_return"] == found.metrics["max_drawdown"] == -1
    for name in ("cagr", "annualized_return", "volatility", "sharpe_ratio", "sortino_ratio"):
        assert found.undefined[name] == "the equity fell to zero or below"
    assert found.metrics["final_equity"] == 50
    assert found.metrics["net_profit"] == -50


def test_without_capital_there_is_no_return() -> None:
    found = measure(business([10, 20], opening=0), [])
    assert found.undefined["total_return"] == "the opening balance is not positive"
    assert found.metrics["net_profit"] == 20


def test_no_trades() -> None:
    found = measure(business([100, 100]), [])
    assert (
        found.metrics["total_trades"]
        == found.metrics["winning_trades"]
        == found.metrics["losing_trades"]
        == 0
    )
    for name in ("win_rate", "profit_factor", "average_win", "average_loss"):
        assert found.undefined[name] == "there were no trades"


def test_no_losing_trade() -> None:
    found = measure(business([100, 110]), [10.0])
    assert found.undefined["profit_factor"] == found.undefined["average_loss"] == "there was no losing trade"
    assert found.metrics["win_rate"] == 1


def test_no_winning_trade() -> None:
    found = measure(business([100, 90]), [-10.0, 0.0])
    assert found.undefined["average_win"] == "there was no winning trade"
    assert found.metrics["profit_factor"] == 0
    assert found.metrics["win_rate"] == 0


def test_an_unavailable_curve_leaves_the_trades_and_says_why() -> None:
    found = measure(Unavailable("the orders were purged"), [5.0, -5.0])
    assert set(found.undefined.values()) == {"the orders were purged"}
    assert set(found.undefined) == set(METRIC_NAMES) - set(OF_TRADES)


def test_unavailable_trades_leave_the_curve_and_say_why() -> None:
    found = measure(business([99, 101]), Unavailable("no rate"))
    assert {name for name, why in found.undefined.items() if why == "no rate"} == set(OF_TRADES)
    assert metric(found, "total_return") == pytest.approx(0.01)


def test_an_empty_curve_is_undefined() -> None:
    found = measure(curve_of([]), [])
    assert found.undefined["final_equity"] == "there was no day with market data"


def test_a_trade_that_is_not_a_number_is_not_counted_with() -> None:
    found = measure(business([99, 101]), [1.0, math.nan])
    assert all(found.metrics[name] is None for name in OF_TRADES)


@pytest.mark.parametrize(
    "bad",
    [
        {"days": (1, 2), "equity": (1.0,)},
        {"days": (2, 2), "equity": (1.0, 1.0)},
        {"days": (2, 1), "equity": (1.0, 1.0)},
        {"days": (1,), "equity": (math.nan,)},
        {"days": (1,), "equity": (math.inf,)},
    ],
)
def test_a_curve_that_is_none_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"equity"):
        EquityCurve(currency="USD", opening=1.0, **bad)


# --- the calendar ---------------------------------------------------------------------------------


def test_both_weekend_days_make_a_year_of_365() -> None:
    assert periods_per_year(range(MONDAY, SUNDAY + 1)) == 365
    assert periods_per_year(range(MONDAY, SATURDAY + 1)) == 252
    assert periods_per_year([MONDAY, SUNDAY]) == 252


def test_a_sunday_session_belongs_to_monday() -> None:
    week = curve_of([101, 102, 103], days=[SATURDAY - 1, SUNDAY, SUNDAY + 1])
    assert trading_days(week) == curve_of([101, 103], days=[SATURDAY - 1, SUNDAY + 1])


def test_a_sunday_without_its_monday_is_dated_on_it() -> None:
    week = curve_of([101, 102], days=[SATURDAY - 1, SUNDAY])
    assert trading_days(week) == curve_of([101, 102], days=[SATURDAY - 1, SUNDAY + 1])


def test_a_market_open_all_week_keeps_its_sundays() -> None:
    week = curve_of([1, 2, 3], days=[SATURDAY, SUNDAY, SUNDAY + 1])
    assert trading_days(week) is week


def test_folding_changes_the_returns_that_are_measured() -> None:
    # Friday 110, Sunday 99, Monday 121: the fall on Sunday evening is inside Monday's +10 %
    found = measure(curve_of([110, 99, 121], days=[SATURDAY - 1, SUNDAY, SUNDAY + 1]), [])
    assert metric(found, "max_drawdown") == 0


# --- properties -----------------------------------------------------------------------------------

amounts = st.floats(min_value=1e-300, max_value=1e300)
usual = st.floats(min_value=0.01, max_value=1e9)
profits = st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=30)


@st.composite
def curves(draw: st.DrawFn, equity: st.SearchStrategy[float]) -> EquityCurve:
    days = sorted(draw(st.sets(st.integers(0, 40_000), max_size=40)))
    values = draw(st.lists(equity, min_size=len(days), max_size=len(days)))
    return EquityCurve(currency="EUR", opening=draw(equity), days=tuple(days), equity=tuple(values))


@given(curves(amounts | usual | st.floats(-1e300, 1e300)), profits)
def test_every_metric_is_a_finite_number_or_has_a_reason(curve: EquityCurve, trades: list[float]) -> None:
    found = measure(curve, trades)
    assert tuple(found.metrics) == METRIC_NAMES
    assert set(found.undefined) == {name for name, value in found.metrics.items() if value is None}
    assert all(found.undefined.values())
    assert all(value is None or math.isfinite(value) for value in found.metrics.values())


@given(curves(usual), profits)
def test_bounds(curve: EquityCurve, trades: list[float]) -> None:
    found = measure(curve, trades).metrics
    assert (found["max_drawdown"] is None) == (not curve.days)
    assert -1 <= (found["max_drawdown"] or 0) <= 0
    assert (found["total_return"] or 0) >= -1
    assert (found["volatility"] or 0) >= 0
    wins, losses, total = found["winning_trades"], found["losing_trades"], found["total_trades"]
    assert wins is not None and losses is not None and total == len(trades)
    assert wins + losses <= total
    if trades:
        assert found["win_rate"] == wins / total
        assert 0 <= wins / total <= 1
    assert (found["profit_factor"] or 0) >= 0
    assert (found["average_win"] or 0) >= 0 >= (found["average_loss"] or 0)


@given(curves(usual))
def test_folding_twice_changes_nothing(curve: EquityCurve) -> None:
    assert trading_days(trading_days(curve)) == trading_days(curve)


@given(curves(st.floats(1, 1e6)), st.sampled_from([0.25, 2.0, 1024.0]))
def test_returns_do_not_depend_on_the_size_of_the_account(curve: EquityCurve, factor: float) -> None:
    larger = EquityCurve(
        currency="EUR",
        opening=curve.opening * factor,
        days=curve.days,
        equity=tuple(value * factor for value in curve.equity),
    )
    small, large = measure(curve, []).metrics, measure(larger, []).metrics
    for name in METRIC_NAMES[:7]:
        assert small[name] == large[name]  # exactly: a power of two shifts the exponent only


# --- an independent library -----------------------------------------------------------------------


@pytest.mark.parametrize("periods", [252, 365])
@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_empyrical(seed: int, periods: int) -> None:
    import empyrical
    import numpy

    rng = random.Random(seed)  # noqa: S311
    equity, value = [], 100_000.0
    for _ in range(rng.randint(40, 700)):
        value *= math.exp(rng.gauss(0.0003, 0.015))
        equity.append(value)
    curve = business(equity, opening=100_000) if periods == 252 else curve_of(equity, opening=100_000)
    path = numpy.array([curve.opening, *equity])
    returns = path[1:] / path[:-1] - 1
    found = measure(curve, [])
    assert found.metrics["periods_per_year"] == periods
    for name, theirs in {
        "total_return": empyrical.cum_returns_final(returns),
        "annualized_return": empyrical.annual_return(returns, annualization=periods),
        "volatility": empyrical.annual_volatility(returns, annualization=periods),
        "sharpe_ratio": empyrical.sharpe_ratio(returns, annualization=periods),
        "sortino_ratio": empyrical.sortino_ratio(returns, annualization=periods),
        "max_drawdown": empyrical.max_drawdown(returns),
    }.items():
        assert metric(found, name) == pytest.approx(float(theirs), rel=1e-9, abs=1e-12), name
