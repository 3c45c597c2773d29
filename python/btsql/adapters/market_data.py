"""Market data of a backtest, as Nautilus Trader's objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from nautilus_trader.model.data import Bar, BarType


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketData:
    """Bars of one instrument, ready for an engine.

    Attributes
    ----------
    instrument : Instrument
        The definition they are priced by.
    bar_type : BarType
        Their type.
    bars : list[Bar]
        At least one, in order of time.
    start, end : datetime
        The range asked for, in UTC; where it was left open, from the beginning of the first bar and to the
        end of the last (for a catalog, whose bars do not say what their time means: their times).
    description : dict[str, object]
        What is needed to load the same bars again, as JSON has it: `kind`, `bar`, `rows`; by kind `path`
        (absolute), `sha256` of the file, `columns`, `adjusted`, `ticker`,
        `volume`, `price_precision`, `seed`; `range` with the `start` and `end` that load them, of bars that
        stand for others in memory, where those are not the dates of the run.

    """

    instrument: Any
    bar_type: BarType
    bars: list[Bar]
    start: datetime
    end: datetime
    description: dict[str, object]
