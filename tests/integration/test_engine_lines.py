"""The same orders on the same data have the same metrics on every line of Nautilus Trader that btsql supports.

Each line is held to one committed file, `tests/expected/metrics.json`. Written anew, from the line that is installed,
with BTSQL_UPDATE_METRICS=1.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.model.currencies import JPY, USD
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Money, Quantity
from nautilus_trader.test_kit.providers import TestInstrumentProvider

import backtests
import btsql
from backtests import AAPL, IBM, only_run
from btsql.metrics import METRIC_NAMES

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("default_database")]

EXPECTED = Path(__file__).parents[1] / "expected" / "metrics.json"
MONEY = {"average_win", "average_loss", "final_equity", "net_profit"}
A_CENT = 0.005
RELATIVE = 1e-9
SIM = Venue("SIM")
EURUSD = TestInstrumentProvider.default_fx_ccy("EUR/USD", SIM)
STEPS = [100 + 10 * math.sin(day / 3) - day / 20 for day in range(200)]


def mid_bars(instrument: Any, closes: list[float]) -> list[Bar]:
    kind = BarType.from_str(f"{instrument.id}-1-DAY-MID-EXTERNAL")
    prices = [instrument.make_price(close) for close in closes]
    times = [(backtests.FIRST_DAY + day) * backtests.DAY + backtests.CLOSE for day in range(len(closes))]
    volume = Quantity.from_int(1_000_000)
    return [Bar(kind, one, one, one, one, volume, at, at) for one, at in zip(prices, times, strict=True)]


def hedging(engine: Any) -> Any:
    """Add a second venue, where positions in a currency pair are hedged and pay commission."""
    engine.add_venue(SIM, OmsType.HEDGING, AccountType.MARGIN, [Money(20_000, USD)], base_currency=USD)
    engine.add_instrument(EURUSD)
    engine.add_data(mid_bars(EURUSD, [1.1 + math.sin(day / 4) / 50 for day in range(60)]))
    engine.add_strategy(
        MidBars(
            backtests.CycleConfig(instrument_id=EURUSD.id, quantity=Decimal(10_000), hold=3, order_id_tag="9")
        )
    )
    return engine


def two_balances() -> Any:
    """Return an engine that trades in dollars and in yen, out of a balance of each, with commissions."""
    engine = BacktestEngine(backtests.engine_config())
    money = [Money(100_000, USD), Money(10_000_000, JPY)]
    engine.add_venue(SIM, OmsType.NETTING, AccountType.MARGIN, money, default_leverage=Decimal(10))
    quoted = {"EUR/USD": (1.1, 3), "GBP/JPY": (190.0, 4), "USD/JPY": (150.0, None)}
    for number, (symbol, (first, hold)) in enumerate(quoted.items()):
        instrument = TestInstrumentProvider.default_fx_ccy(symbol, SIM)
        engine.add_instrument(instrument)
        engine.add_data(mid_bars(instrument, [first * (1 + math.sin(day / 4) / 50) for day in range(60)]))
        if hold is not None:
            config = backtests.CycleConfig(
                instrument_id=instrument.id, quantity=Decimal(10_000), hold=hold, order_id_tag=str(number)
            )
            engine.add_strategy(MidBars(config))
    return engine


class MidBars(backtests.Cycle):
    """Trades a currency pair by its middle prices."""

    def on_start(self) -> None:
        self.subscribe_bars(BarType.from_str(f"{self.config.instrument_id}-1-DAY-MID-EXTERNAL"))


class Flips(backtests.Cycle):
    """Goes from long to short and back, without being flat in between."""

    def on_bar(self, _: Bar) -> None:
        self.count += 1
        if self.count % 5 == 1:
            side = OrderSide.BUY if self.count % 10 == 1 else OrderSide.SELL
            self.send(side)
            if self.count > 1:
                self.send(side)


def flips() -> Any:
    config = backtests.CycleConfig(instrument_id=AAPL.id)
    return backtests.engine(Flips(config), data=backtests.bars(closes=STEPS))


def two_instruments() -> Any:
    data = sorted(backtests.bars() + backtests.bars(IBM, closes=STEPS), key=lambda bar: bar.ts_init)
    strategies = [backtests.cycle(order_id_tag="1"), backtests.cycle(IBM, every=7, order_id_tag="2")]
    return backtests.engine(*strategies, data=data)


SCENARIOS: dict[str, Callable[[], Any]] = {
    "long only": lambda: backtests.engine(backtests.cycle()),
    "cash account": lambda: backtests.engine(backtests.cycle(), account=AccountType.CASH),
    "open at the end": lambda: backtests.engine(backtests.cycle(every=1000, hold=998)),
    "one trade": lambda: backtests.engine(backtests.cycle(every=1000, hold=40)),
    "only winners": lambda: backtests.engine(
        backtests.cycle(), data=backtests.bars(closes=[100.0 + day for day in range(60)])
    ),
    "no trade": backtests.engine,
    "flips": flips,
    "two instruments": two_instruments,
    "two balances": two_balances,
    "two venues, netting and hedging": lambda: hedging(backtests.engine(backtests.cycle())),
}


def recorded(connection: psycopg.Connection[Any], scenario: str) -> dict[str, Any]:
    engine = SCENARIOS[scenario]()
    with btsql.recording(engine):
        engine.run()
    engine.dispose()
    run = only_run(connection)
    assert run.status == "success"
    rejected = {name: value["reason"] for name, value in (run.rejected_metrics or {}).items()}
    return {
        "metrics": {name: getattr(run, name) for name in METRIC_NAMES},
        "reasons": rejected,
        "data_fingerprint": (run.environment or {})["data_fingerprint"],
        "config_hash": run.config_hash,
    }


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_line_measures_the_same(connection: psycopg.Connection[Any], scenario: str) -> None:
    found = recorded(connection, scenario)
    known = json.loads(EXPECTED.read_text()) if EXPECTED.exists() else {}
    if os.environ.get("BTSQL_UPDATE_METRICS"):
        EXPECTED.write_text(
            json.dumps(known | {scenario: found}, indent=1, sort_keys=True, default=float) + "\n"
        )
        return
    expected = known[scenario]
    assert found["reasons"] == expected["reasons"]
    assert found["data_fingerprint"] == expected["data_fingerprint"]
    assert found["config_hash"] == expected["config_hash"]
    for name in METRIC_NAMES:
        value, target = found["metrics"][name], expected["metrics"][name]
        if target is None:
            assert value is None, name
        else:
            within = A_CENT if name in MONEY else None
            assert value == pytest.approx(target, rel=RELATIVE, abs=within), name
