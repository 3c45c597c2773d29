"""What recording costs a backtest: the time spent in btsql before the engine begins and once it is done."""

from __future__ import annotations

import contextlib
import io
import math
import os
import sys
import time
from typing import TYPE_CHECKING

import pytest
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.objects import Quantity

import backtests
from benchmarks.timing import alternate
from btsql.adapters import capture, hooks
from btsql.adapters.context import RunContext
from btsql.adapters.equity import rebuild
from btsql.adapters.saving import record_start, tell_of_duplicate
from btsql.provenance import provenance
from btsql.recorder import recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from btsql.database import Target

BARS = 100_000
MINUTE = 60_000_000_000
MINUTES = BarType.from_str("AAPL.XNAS-1-MINUTE-LAST-EXTERNAL")
ROUNDS = 10
LIMIT = 0.1
USUAL_RUN = 10  # seconds; such runs were seen to take 8 to 28
PARTS = ("data: closes, fingerprint", "start, duplicates", "what the engine knows", "end")
WITHIN = ("equity and trades", "the engine's figures")  # what the engine knows, mostly


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
    began = time.perf_counter()
    provenance([backtests.__name__])  # once in a process
    provenance_seconds = time.perf_counter() - began
    config = backtests.CycleConfig(instrument_id=backtests.AAPL.id, every=132, hold=60)
    engine = backtests.engine(EveryMinute(config), data=minutes())
    began = time.thread_time()
    engine.run()
    run_seconds = time.thread_time() - began
    recorder().check()  # a connection is opened once in a process
    parts: dict[str, list[float]] = {name: [] for name in PARTS + WITHIN}
    for _ in range(ROUNDS):
        context = RunContext(venues=[])
        with timed(parts["data: closes, fingerprint"]):
            context.feed(engine.data, is_all=True)
        with timed(parts["start, duplicates"], time.perf_counter), contextlib.redirect_stderr(io.StringIO()):
            record_start(engine, context, recorder())
            tell_of_duplicate(engine, context, recorder())
        with timed(parts["equity and trades"]):
            rebuild(engine.cache, context.closes)
        with timed(parts["the engine's figures"]):
            capture.engine_figures(engine)
        with timed(parts["what the engine knows"]):
            record = capture.describe_run(engine, context)
        with timed(parts["end"], time.perf_counter):
            recorder().save(record)
    imports = alternate(
        {
            "bare": [sys.executable, "-c", "import nautilus_trader.backtest.node"],
            "hooks": [sys.executable, "-c", f"import {hooks.__name__}"],
        },
        {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        ROUNDS,
    )
    bare, with_hooks = (imports[name].least for name in ("bare", "hooks"))
    best = sum(min(parts[name]) for name in PARTS)
    trades = (record.metrics or {})["total_trades"]
    print(f"\n\nRecording a run of {BARS:,} bars and {trades} trades, best of {ROUNDS}")
    for name, values in parts.items():
        title = f"  of it {name}" if name in WITHIN else name
        print(f"  {title:<30}{1e3 * min(values):6.1f} ms   worst {1e3 * max(values):6.1f} ms")
    share, usual = 100 * best / run_seconds, 100 * best / USUAL_RUN
    print(f"  {'together':<30}{1e3 * best:6.1f} ms   {share:.1f} % of this run of {run_seconds:.1f} s, which")
    print(f"  {'':<39}   does little at a bar; {usual:.1f} % of one of {USUAL_RUN} s")
    print(f"  {'commit and sources, once':<30}{1e3 * provenance_seconds:6.1f} ms")
    print(
        f"  {'imports, once':<30}{1e3 * (with_hooks - bare):6.1f} ms   beside {bare:.1f} s of Nautilus Trader's own"
    )
    assert best < LIMIT
    engine.dispose()


@contextlib.contextmanager
def timed(seconds: list[float], clock: Callable[[], float] = time.thread_time) -> Iterator[None]:
    """Add how long the block takes: time of the processor, which others on the machine do not lengthen.

    Of what the server has a part in, `time.perf_counter` tells all of it.
    """
    began = clock()
    yield
    seconds.append(clock() - began)
