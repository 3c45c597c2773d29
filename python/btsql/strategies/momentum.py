"""Hold what has been rising: trade the return over a look-back period."""

from collections import deque

from btsql.strategies.base import (
    FLAT,
    LONG,
    SHORT,
    SingleInstrumentConfig,
    SingleInstrumentStrategy,
)
from btsql.strategies.checks import check_number, check_period


class MomentumConfig(SingleInstrumentConfig, kw_only=True, frozen=True):
    """Parameters of `Momentum`, beside those every built-in strategy has.

    Attributes
    ----------
    lookback_period : int
        Bars over which the return is measured, at least 1.
    entry_return : float
        Return above which to buy, as a fraction (0.05 is 5 %), 0 or more.
    exit_return : float
        Return at or below which to sell, 0 or more and not above `entry_return`; a gap between the two
        keeps a return that hovers around one value from trading on every bar.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    """

    lookback_period: int = 60
    entry_return: float = 0.02
    exit_return: float = 0.0

    def __post_init__(self) -> None:
        """Refuse parameters that make no sense."""
        super().__post_init__()
        check_period("lookback_period", self.lookback_period, minimum=1)
        entry = check_number("entry_return", self.entry_return, minimum=0)
        leave = check_number("exit_return", self.exit_return, minimum=0)
        if leave > entry:
            raise ValueError(
                f"exit_return must be at most entry_return, not {leave:g} with an entry_return of {entry:g}",
            )
        self._keep("entry_return", entry)
        self._keep("exit_return", leave)


class Momentum(SingleInstrumentStrategy):
    """Return of the close over the last `lookback_period` bars.

    Entry: buy when the return is above `entry_return`.
    Exit: sell when it is `exit_return` or less. With `allow_short` the mirror image is traded: short below
    `-entry_return`, out of it at `-exit_return` or more.
    Sizing: `position_fraction` of the equity.
    Warm-up: `lookback_period + 1` bars, the fewest that hold a return over `lookback_period` bars.
    """

    def __init__(self, config: MomentumConfig) -> None:
        super().__init__(config)
        self._closes: deque[float] = deque(maxlen=config.lookback_period + 1)

    def observe(self, close: float) -> None:
        """Move the window on by one close."""
        self._closes.append(close)

    @property
    def warmed_up(self) -> bool:
        """Whether the close of `lookback_period` bars ago is known."""
        return len(self._closes) == self._closes.maxlen

    def wanted(self, close: float, held: int) -> int:
        """Return the side of a strong move, flat when the one behind the position has gone, else `held`."""
        change = close / self._closes[0] - 1 if self._closes[0] else 0.0
        if change > self.config.entry_return:
            return LONG
        if change < -self.config.entry_return:
            return SHORT
        gone = held * change <= self.config.exit_return
        return FLAT if held != FLAT and gone else held

    def forget(self) -> None:
        """Empty the window."""
        self._closes.clear()
