"""A strategy that a test holds in the middle of its run: it says that it is there, and waits to be let go."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.trading.strategy import Strategy

HOLD_AT = 5
PATIENCE = 30  # seconds


class SlowConfig(StrategyConfig, frozen=True):
    bar_type: BarType
    note: str = ""


class Slow(Strategy):
    """Trades nothing. At its fifth bar it makes `there` in `SLOW_DIRECTORY`, if set, and waits for `go`."""

    def __init__(self, config: SlowConfig) -> None:
        super().__init__(config)
        self._bars = 0

    def on_start(self) -> None:
        self.subscribe_bars(self.config.bar_type)

    def on_bar(self, _bar: Bar) -> None:
        self._bars += 1
        directory = os.environ.get("SLOW_DIRECTORY")
        if self._bars != HOLD_AT or directory is None:
            return
        print("a strategy prints what it likes")
        sys.stdout.flush()
        Path(directory, "there").touch()
        deadline = time.monotonic() + PATIENCE
        while not Path(directory, "go").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
