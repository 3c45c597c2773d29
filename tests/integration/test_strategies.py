"""The built-in strategies in real engines, on bars whose trades were worked out by hand and on real ones."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import bokeh_sampledata
import pytest

from btsql.errors import SourceUnavailable, UsageError
from btsql.request import from_mapping
from btsql.strategies import BUILTIN

pytestmark = pytest.mark.engine

FIRST = date(2024, 1, 1)
SMA = [10, 10, 10, 10, 13, 16, 9, 5, 5]


class Fill(NamedTuple):
    bar: int
    side: str
    quantity: int
    price: float


def stocks() -> str:
    return f"csv:{Path(bokeh_sampledata.__file__).parent / '_data' / 'stocks.csv.gz'}"


def csv_of(path: Path, closes: list[float]) -> str:
    lines = ["Date,Open,High,Low,Close,Volume"]
    for index, close in enumerate(closes):
        lines.append(f"{FIRST + timedelta(days=index)},{close},{close},{close},{close},1000000")
    path.write_text("\n".join(lines))
    return f"csv:{path}"


def request(strategy: str, data: str, **values: object) -> Any:
    return from_mapping({"strategy": strategy, "instrument": "AAPL.XNAS", "data": data, **values})


def fills_of(engine: Any) -> list[Fill]:
    from nautilus_trader.model.enums import OrderSide
    from nautilus_trader.model.events import OrderFilled

    day = 86_400 * 10**9
    first = FIRST.toordinal() - date(1970, 1, 1).toordinal()
    events = [
        event for order in engine.cache.orders() for event in order.events if isinstance(event, OrderFilled)
    ]
    return [
        Fill(
            event.ts_event // day - first + 1,
            "BUY" if event.order_side == OrderSide.BUY else "SELL",
            int(event.last_qty.as_double()),
            event.last_px.as_double(),
        )
        for event in sorted(events, key=lambda event: (event.ts_event, event.client_order_id.value))
    ]


def run(strategy: str, data: str, **values: object) -> tuple[list[Fill], list[Decimal]]:
    """Return the fills, and every balance the account had."""
    from btsql.adapters.backtest import build

    built = build(request(strategy, data, **values))
    try:
        built.engine.run()
        account = built.engine.cache.account_for_venue(built.market.instrument.id.venue)
        return fills_of(built.engine), [event.balances[0].total.as_decimal() for event in account.events]
    finally:
        built.engine.dispose()


def by_hand(tmp_path: Path, strategy: str, closes: list[float], **parameters: object) -> list[Fill]:
    data = csv_of(tmp_path / "bars.csv", closes)
    return run(strategy, data, capital=10000, parameters=parameters)[0]


def test_sma_trades_on_the_bars_that_cross(tmp_path: Path) -> None:
    # Averages of 2 and 3: 11.5 > 11 on bar 5, 12.5 < 12.67 on bar 7. 9500 buys 730 at 13.
    fills = by_hand(tmp_path, "sma_crossover", [*SMA], fast_period=2, slow_period=3)
    assert fills == [Fill(5, "BUY", 730, 13.0), Fill(7, "SELL", 730, 9.0)]


def test_sma_does_not_join_a_trend_under_way(tmp_path: Path) -> None:
    rising: list[float] = [float(10 + step) for step in range(12)]
    assert by_hand(tmp_path, "sma_crossover", rising, fast_period=2, slow_period=5) == []


def test_sma_averages_that_touch_have_not_crossed(tmp_path: Path) -> None:
    # Above from bar 4 on; equal on bar 7 (12, 12, 12), above again: one entry, kept to the end.
    closes: list[float] = [10, 10, 10, 12, 12, 12, 12, 13, 14]
    fills = by_hand(tmp_path, "sma_crossover", closes, fast_period=2, slow_period=3)
    assert [(fill.bar, fill.side) for fill in fills] == [(4, "BUY"), (9, "SELL")]


def test_rounding_in_a_flat_price_is_no_crossing(tmp_path: Path) -> None:
    flat = [10.1] * 80
    assert by_hand(tmp_path, "sma_crossover", flat, fast_period=7, slow_period=23) == []
    assert by_hand(tmp_path, "mean_reversion", flat) == []
    assert by_hand(tmp_path, "momentum", flat, entry_return=0.0) == []


def test_a_flip_is_sized_by_what_the_account_is_worth(tmp_path: Path) -> None:
    # Worth 10000 - 730 * 4 = 7080 on bar 7; 95 % of that is 747 units at 9, bought back at the last close.
    fills = by_hand(tmp_path, "sma_crossover", [*SMA], fast_period=2, slow_period=3, allow_short=True)
    assert fills == [
        Fill(5, "BUY", 730, 13.0),
        Fill(7, "SELL", 730, 9.0),
        Fill(7, "SELL", 747, 9.0),
        Fill(9, "BUY", 747, 5.0),
    ]


def test_mean_reversion_buys_far_below_and_sells_at_the_average(tmp_path: Path) -> None:
    # Bar 4: (10, 10, 7) has mean 9 and deviation 1.41 over the whole window: 1.41 deviations below.
    closes: list[float] = [10, 10, 10, 7, 9.5, 9.5]
    fills = by_hand(tmp_path, "mean_reversion", closes, period=3, entry_deviations=1.3)
    assert fills == [Fill(4, "BUY", 1357, 7.0), Fill(5, "SELL", 1357, 9.5)]
    assert by_hand(tmp_path, "mean_reversion", closes, period=3, entry_deviations=1.5) == []


def test_mean_reversion_sells_short_far_above_where_it_may(tmp_path: Path) -> None:
    closes: list[float] = [10, 10, 10, 13, 10.5, 10.5]
    assert by_hand(tmp_path, "mean_reversion", closes, period=3, entry_deviations=1.3) == []
    fills = by_hand(tmp_path, "mean_reversion", closes, period=3, entry_deviations=1.3, allow_short=True)
    assert fills == [Fill(4, "SELL", 730, 13.0), Fill(5, "BUY", 730, 10.5)]


def test_momentum_holds_until_the_return_is_gone(tmp_path: Path) -> None:
    # Returns over 2 bars: +10 % on bar 3, +20 %, +4.5 % (held), -8.3 % on bar 6.
    closes: list[float] = [10, 10, 11, 12, 11.5, 11, 10]
    fills = by_hand(tmp_path, "momentum", closes, lookback_period=2, entry_return=0.05)
    assert fills == [Fill(3, "BUY", 863, 11.0), Fill(6, "SELL", 863, 11.0)]


def test_a_position_at_the_end_is_closed_at_the_last_price_or_left_open(tmp_path: Path) -> None:
    closes: list[float] = [10, 10, 11, 12, 13]
    closed = by_hand(tmp_path, "momentum", closes, lookback_period=2)
    assert closed == [Fill(3, "BUY", 863, 11.0), Fill(5, "SELL", 863, 13.0)]
    left = by_hand(tmp_path, "momentum", closes, lookback_period=2, close_on_stop=False)
    assert left == [Fill(3, "BUY", 863, 11.0)]


def test_all_of_the_cash_is_never_overspent(tmp_path: Path) -> None:
    # A thin bar slips by a tick: 767 * 13.01 and the margin for fees is the most that 10000 can pay.
    data = csv_of(tmp_path / "bars.csv", [*SMA])
    parameters = {"fast_period": 2, "slow_period": 3, "position_fraction": 1}
    fills, balances = run("sma_crossover", data, capital=10000, parameters=parameters)
    assert fills[0] == Fill(5, "BUY", 767, 13.0)
    assert min(balances) >= 0


def test_too_little_money_means_no_order(tmp_path: Path) -> None:
    data = csv_of(tmp_path / "bars.csv", [*SMA])
    fills, balances = run("sma_crossover", data, capital=9, parameters={"fast_period": 2, "slow_period": 3})
    assert fills == []
    assert set(balances) == {Decimal(9)}


WARM = {
    "sma_crossover": ("slow_period", 50, 51),
    "mean_reversion": ("period", 50, 50),
    "momentum": ("lookback_period", 50, 51),
}


@pytest.mark.parametrize("name", BUILTIN)
@pytest.mark.parametrize("short", [False, True])
def test_real_bars(name: str, short: bool) -> None:
    from btsql.adapters.sources import load

    parameter, value, earliest = WARM[name]
    parameters = {parameter: value, "position_fraction": 1.0, "allow_short": short}
    fills, balances = run(name, stocks(), parameters=parameters)
    assert (fills, balances) == run(name, stocks(), parameters=parameters)
    assert len(fills) > 20
    bars = load(request(name, stocks()).data, "AAPL.XNAS").bars
    day = 86_400 * 10**9
    before = FIRST.toordinal() - date(1970, 1, 1).toordinal() - 1
    assert fills[0].bar + before >= bars[earliest - 1].ts_init // day
    if not short:  # a short position may lose more than there was
        assert min(balances) >= 0
    signed = sum(fill.quantity * (1 if fill.side == "BUY" else -1) for fill in fills)
    assert signed == 0


@pytest.mark.parametrize("name", BUILTIN)
def test_a_reset_engine_gives_the_same_again(name: str) -> None:
    from btsql.adapters.backtest import build

    built = build(request(name, stocks(), start="2008-01-01", end="2009-12-31"))
    built.engine.run()
    first = fills_of(built.engine)
    built.engine.reset()
    built.engine.run()
    assert fills_of(built.engine) == first
    assert first
    built.engine.dispose()


def test_watching_changes_nothing(tmp_path: Path) -> None:
    from btsql.adapters.backtest import build, progress, watching

    results = []
    for watched in (False, True):
        built = build(request("momentum", "mock:5", start="1980-01-01", end="2010-12-31"))
        seen: list[tuple[int, int]] = []
        assert progress(built.engine) == (0, len(built.market.bars))
        if watched:
            with watching(built.engine, lambda *now, seen=seen: seen.append(now), every=0.005):
                built.engine.run()
            total = len(built.market.bars)
            assert seen[-1] == (total, total)
            assert any(0 < done < total for done, _ in seen)
            assert sorted(seen) == seen
        else:
            built.engine.run()
        result = built.engine.get_result()
        results.append((repr(result.stats_pnls), repr(result.stats_returns), fills_of(built.engine)))
        built.engine.dispose()
    assert results[0] == results[1]


def test_a_display_that_fails_does_not_reach_the_run(tmp_path: Path) -> None:
    from btsql.adapters.backtest import build, watching

    def fail(*_: int) -> None:
        raise RuntimeError

    built = build(request("momentum", "mock:5"))
    with watching(built.engine, fail, every=0.001):
        built.engine.run()
    assert built.engine.get_result().iterations == len(built.market.bars)
    built.engine.dispose()


def test_a_cash_account_cannot_sell_short(tmp_path: Path) -> None:
    from nautilus_trader.backtest.engine import BacktestEngine
    from nautilus_trader.model.enums import AccountType

    from btsql.adapters.backtest import build

    class CashEngine(BacktestEngine):
        def add_venue(self, *args: Any, **kwargs: Any) -> None:
            super().add_venue(*args, **{**kwargs, "account_type": AccountType.CASH})

    asked = request("sma_crossover", "mock", parameters={"allow_short": True})
    built = build(asked, engine_class=CashEngine)
    with pytest.raises(ValueError, match="allow_short needs a margin account"):
        built.engine.run()
    built.engine.dispose()


def test_currency_pairs_trade_on_margin() -> None:
    from btsql.adapters.backtest import build

    built = build(request("sma_crossover", "mock:3", instrument="EUR/USD.SIM"))
    assert built.venue["account_type"] == "MARGIN"
    built.engine.run()
    assert fills_of(built.engine)
    built.engine.dispose()
    with pytest.raises(UsageError, match="priced in JPY"):
        build(request("sma_crossover", "mock:3", instrument="USD/JPY.SIM"))


@pytest.mark.parametrize(
    ("strategy", "parameters", "error", "message"),
    [
        ("sma_crosover", {}, SourceUnavailable, "did you mean sma_crossover"),
        (
            "nowhere.at.all:Thing",
            {},
            SourceUnavailable,
            "nowhere.at.all:Thing cannot be imported: ModuleNotFound",
        ),
        ("btsql.sources:DataSource", {}, SourceUnavailable, "no Nautilus strategy, but the class DataSource"),
        ("btsql.strategies.momentum:Momentom", {}, SourceUnavailable, "did you mean Momentum"),
        ("btsql.strategies.momentum:", {}, SourceUnavailable, "no import path"),
        ("momentum", {"lookback": 3}, UsageError, "no parameter 'lookback'; did you mean lookback_period"),
        (
            "momentum",
            {"lookback_period": "ten"},
            UsageError,
            "lookback_period must be a whole number, not 'ten'",
        ),
        ("momentum", {"lookback_period": 1.5}, UsageError, "lookback_period must be a whole number"),
        ("momentum", {"lookback_period": 0}, UsageError, "lookback_period .* not 0"),
        ("momentum", {"allow_short": "maybe"}, UsageError, "allow_short must be true or false"),
        ("momentum", {"instrument_id": "IBM.XNYS"}, UsageError, "instrument_id is AAPL.XNAS from the data"),
    ],
)
def test_what_cannot_run_says_why(
    strategy: str, parameters: dict[str, object], error: type, message: str
) -> None:
    from btsql.adapters.backtest import build

    with pytest.raises(error, match=message):
        build(request(strategy, "mock", parameters=parameters))


USER_STRATEGY = """
from __future__ import annotations
from decimal import Decimal
from nautilus_trader.config import StrategyConfig
from nautilus_trader.trading.strategy import Strategy

class Settings(StrategyConfig, frozen=True):
    instrument_id: str
    size: Decimal
    label: str = "x"

class Mine(Strategy):
    def __init__(self, config: Settings) -> None:
        super().__init__(config)

class Broken(Strategy):
    def __init__(self, config: Settings) -> None:
        raise RuntimeError("not today")
"""


def test_a_strategy_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from btsql.adapters.backtest import build
    from btsql.adapters.strategies import resolve

    (tmp_path / "my_own_strategies.py").write_text(USER_STRATEGY)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    path = "my_own_strategies:Mine"
    assert resolve(path).config_path == "my_own_strategies:Settings"
    assert resolve(path).strategy_class.__name__ == "Mine"
    with pytest.raises(UsageError, match="Mine needs a value for size"):
        build(request(path, "mock"))
    built = build(request(path, "mock", parameters={"size": 0.1, "label": 7}))
    assert (built.config.instrument_id, built.config.size, built.config.label) == (
        "AAPL.XNAS",
        Decimal("0.1"),
        "7",
    )
    built.engine.dispose()
    with pytest.raises(SourceUnavailable, match="cannot be created: RuntimeError: not today"):
        build(request("my_own_strategies:Broken", "mock", parameters={"size": 1}))
