"""Follow the trend: trade when a fast moving average crosses a slow one."""

from nautilus_trader.indicators import SimpleMovingAverage

from btsql.strategies.base import (
    FLAT,
    LONG,
    SHORT,
    SingleInstrumentConfig,
    SingleInstrumentStrategy,
)
from btsql.strategies.checks import check_period

_SAME = 1e-9
"""Averages closer than this, relative to the slow one, are equal: their sums are rounded differently."""


class SMACrossoverConfig(SingleInstrumentConfig, kw_only=True, frozen=True):
    """Parameters of `SMACrossover`, beside those every built-in strategy has.

    Attributes
    ----------
    fast_period : int
        Closes in the fast average, at least 1.
    slow_period : int
        Closes in the slow average, more than in the fast one.

    Raises
    ------
    ValueError
        If a period is out of range, or the fast average is not faster than the slow one.

    """

    fast_period: int = 10
    slow_period: int = 30

    def __post_init__(self) -> None:
        """Refuse parameters that make no sense."""
        super().__post_init__()
        check_period("fast_period", self.fast_period, minimum=1)
        check_period("slow_period", self.slow_period, minimum=2)
        if self.fast_period >= self.slow_period:
            raise ValueError(
                f"fast_period must be below slow_period, not {self.fast_period} "
                f"with a slow_period of {self.slow_period}",
            )


class SMACrossover(SingleInstrumentStrategy):
    """Two simple moving averages of the close.

    Entry: buy when the fast average crosses above the slow one.
    Exit: sell when it crosses below. With `allow_short` the position is turned into a short one there, and
    back at the next crossing.
    Sizing: `position_fraction` of the equity.
    Warm-up: `slow_period` bars, after which both averages are full. A trend already under way then is not
    joined: only a crossing seen between two full readings counts, so no order comes before bar
    `slow_period + 1`. Averages that merely touch have not crossed.
    """

    def __init__(self, config: SMACrossoverConfig) -> None:
        super().__init__(config)
        self._fast = SimpleMovingAverage(config.fast_period)
        self._slow = SimpleMovingAverage(config.slow_period)
        self._side: int | None = None
        self._crossed = False

    def observe(self, close: float) -> None:
        """Update both averages, and see whether they crossed."""
        self._fast.update_raw(close)
        self._slow.update_raw(close)
        if not self.warmed_up:
            return
        side = self._reading()
        self._crossed = self._side is not None and side not in (FLAT, self._side)
        if self._side is None or side != FLAT:
            self._side = side

    @property
    def warmed_up(self) -> bool:
        """Whether both averages are full."""
        return bool(self._slow.initialized and self._fast.initialized)

    def wanted(self, close: float, held: int) -> int:  # noqa: ARG002 - the averages decide
        """Return the side of a crossing on this bar, else what is held."""
        return self._side if self._crossed and self._side is not None else held

    def forget(self) -> None:
        """Empty both averages."""
        self._fast.reset()
        self._slow.reset()
        self._side = None
        self._crossed = False

    def _reading(self) -> int:
        slow: float = self._slow.value
        difference: float = self._fast.value - slow
        if abs(difference) <= _SAME * abs(slow):
            return FLAT
        return LONG if difference > 0 else SHORT
