"""A strategy that fails, to see what is saved of a backtest that does."""

from btsql.strategies.base import FLAT, SingleInstrumentConfig, SingleInstrumentStrategy


class FailsOnPurposeConfig(SingleInstrumentConfig, kw_only=True, frozen=True):
    """Parameters of the strategy that fails.

    Attributes
    ----------
    bars : int
        How many bars it takes in before it raises.

    """

    bars: int = 100


class FailsOnPurpose(SingleInstrumentStrategy):
    """Trades nothing, and raises after some bars."""

    def __init__(self, config: FailsOnPurposeConfig) -> None:
        super().__init__(config)
        self._seen = 0

    def observe(self, close: float) -> None:
        """Count the bar.

        Raises
        ------
        RuntimeError
            On purpose, when the last of its bars is there.

        """
        self._seen += 1
        if self._seen >= self.config.bars:
            raise RuntimeError(f"this strategy fails on purpose, at bar {self._seen} with a close of {close}")

    @property
    def warmed_up(self) -> bool:
        """Never: it does not trade."""
        return False

    def wanted(self, close: float, held: int) -> int:  # noqa: ARG002 - the base's signature
        """Return flat."""
        return FLAT

    def forget(self) -> None:
        """Begin to count anew."""
        self._seen = 0
