"""What recording costs a backtest: the time spent in btsql once the engine is done."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("nautilus_trader")

from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.objects import Quantity

import backtests
from btsql.adapters import capture, hooks
from btsql.recorder import recorder

if TYPE_CHECKING:
    from btsql.database import Target

BARS = 100_000
MINUTE = 60_000_000_000
MINUTES = BarType.from_str("AAPL.XNAS-1-MINUTE-LAST-EXTERNAL")
ROUNDS = 10
LIMIT = 0.1


class EveryMinute(backtests.Cycle):
    """The same strategy on bars of a minute."""

    def on_start(self) -> None:
        self.subscribe_bars(MINUTES)


def minutes() -> list[Bar]:
    volume = Quantity.from_int(1_000_000)
    made = []
    for number in range(BARS):
        price = backtests.AAPL.make_price(100 + 10 * math.sin(number / 5000) + number % 7 / 100)
        at = backtests.FIRST_DAY * backtests.DAY + number * MINUTE
        made.append(Bar(MINUTES, price, price, price, price, volume, at, at))
    return made


@pytest.mark.bench
@pytest.mark.engine
def test_the_time_spent_in_the_recorder(default_database: Target) -> None:
    config = backtests.CycleConfig(instrument_id=backtests.AAPL.id, every=132, hold=60)
    engine = backtests.engine(EveryMinute(config), data=minutes())
    began = time.perf_counter()
    engine.run()
    run_seconds = time.perf_counter() - began
    recorder().check()  # a connection is opened once in a process
    described, saved = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        record = capture.describe_run(engine, capture.RunContext(venues=[]))
        between = time.perf_counter()
        recorder().save(record)
        described.append(between - began)
        saved.append(time.perf_counter() - between)
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import nautilus_trader.backtest.node"], check=True)
    bare = time.perf_counter() - began
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {hooks.__name__}"], check=True)
    imports = time.perf_counter() - began - bare
    best = min(described) + min(saved)
    trades = (record.metrics or {})["total_trades"]
    print(f"\n\nRecording a run of {BARS:,} bars and {trades} trades, best of {ROUNDS}")
    print(f"  the run itself {run_seconds:6.1f} s")
    print(f"  read it        {1e3 * min(described):6.0f} ms (worst {1e3 * max(described):.0f} ms)")
    print(f"  save it        {1e3 * min(saved):6.1f} ms (worst {1e3 * max(saved):.1f} ms)")
    print(f"  together       {100 * best / run_seconds:6.1f} % of the run")
    print(f"  imports, once  {1e3 * imports:6.0f} ms, beside {bare:.1f} s of Nautilus Trader's own")
    assert best < LIMIT
    engine.dispose()
