"""Buy what has fallen too far: trade the return of the price to its average."""

from nautilus_trader.indicators import BollingerBands

from btsql.strategies.base import (
    FLAT,
    LONG,
    SHORT,
    SingleInstrumentConfig,
    SingleInstrumentStrategy,
)
from btsql.strategies.checks import check_number, check_period

_STILL = 1e-9
"""A deviation below this share of the average is rounding, not movement."""


class MeanReversionConfig(SingleInstrumentConfig, kw_only=True, frozen=True):
    """Parameters of `MeanReversion`, beside those every built-in strategy has.

    Attributes
    ----------
    period : int
        Closes in the average and in the standard deviation, at least 2.
    entry_deviations : float
        How many standard deviations below the average a close has to be to buy, above 0.
    exit_deviations : float
        How near to the average it has to come back, in standard deviations below it: 0 or more and
        less than `entry_deviations`; 0 waits for the average itself.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    """

    period: int = 20
    entry_deviations: float = 2.0
    exit_deviations: float = 0.0

    def __post_init__(self) -> None:
        """Refuse parameters that make no sense."""
        super().__post_init__()
        check_period("period", self.period, minimum=2)
        entry = check_number("entry_deviations", self.entry_deviations, minimum=0, inclusive=False)
        leave = check_number("exit_deviations", self.exit_deviations, minimum=0)
        if leave >= entry:
            raise ValueError(
                f"exit_deviations must be below entry_deviations, not {leave:g} "
                f"with entry_deviations of {entry:g}",
            )
        self._keep("entry_deviations", entry)
        self._keep("exit_deviations", leave)


class MeanReversion(SingleInstrumentStrategy):
    """Distance of the close from its average, in standard deviations.

    The window includes the bar just closed; the standard deviation is that of the whole window (divided by
    `period`).

    Entry: buy when the close is more than `entry_deviations` below the average.
    Exit: sell when the close is back within `exit_deviations` of it. With `allow_short` the mirror image
    is traded above the average. A price that does not move gives no signal and leaves things as they are.
    Sizing: `position_fraction` of the equity.
    Warm-up: `period` bars; the first order can come on the bar that fills the window.
    """

    def __init__(self, config: MeanReversionConfig) -> None:
        super().__init__(config)
        self._bands = BollingerBands(config.period, 1.0)

    def observe(self, close: float) -> None:
        """Move the window on by one close."""
        self._bands.update_raw(close, close, close)

    @property
    def warmed_up(self) -> bool:
        """Whether the window is full."""
        return bool(self._bands.initialized)

    def wanted(self, close: float, held: int) -> int:
        """Return long or short far from the average, flat near it, else what is held."""
        average: float = self._bands.middle
        deviation: float = self._bands.upper - average
        if deviation <= _STILL * abs(average):
            return held
        score = (close - average) / deviation
        if score < -self.config.entry_deviations:
            return LONG
        if score > self.config.entry_deviations:
            return SHORT
        # A distance in the direction of the position has passed the average, however far.
        returned = held * score >= -self.config.exit_deviations
        return FLAT if held != FLAT and returned else held

    def forget(self) -> None:
        """Empty the window."""
        self._bands.reset()
