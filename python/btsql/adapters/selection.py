"""What is asked for of a source's data: which range of time, and which bars."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from btsql.adapters.ohlcv import DAY, MICROSECOND, SECOND, Row, Table, microseconds
from btsql.errors import UsageError

if TYPE_CHECKING:
    from nautilus_trader.model.data import BarType
    from nautilus_trader.model.identifiers import InstrumentId

MOCK_START: Final = date(2020, 1, 1)
MOCK_END: Final = date(2023, 12, 31)
LONGEST_MOCK: Final = timedelta(days=36_600)  # a century, made in seconds

UNITS: Final = {
    "SECOND": SECOND,
    "MINUTE": 60 * SECOND,
    "HOUR": 3600 * SECOND,
    "DAY": DAY,
}
"""Length of the units of time that bars of a file may have, in microseconds."""
BAR: Final = re.compile(
    r"(?:(?P<instrument>.+)-)?(?P<step>[1-9]\d*)-(?P<unit>[A-Z]+)(?:-(?P<price>LAST|BID|ASK|MID))?"
    r"(?:-(?P<source>EXTERNAL|INTERNAL))?",
)
"""A bar type, or as much of it as was given."""


@dataclass(frozen=True, slots=True)
class Span:
    """The range asked for, in UTC; None where it is open."""

    start: datetime | None
    end: datetime | None

    @classmethod
    def of(cls, start: datetime | None, end: datetime | None) -> Span:
        """Return the range between two instants; one without a time zone raises UsageError."""
        for limit, moment in (("start", start), ("end", end)):
            if moment is not None and moment.utcoffset() is None:
                raise UsageError(f"the {limit} must have a time zone, not {moment.isoformat()}")
        return cls(start and start.astimezone(UTC), end and end.astimezone(UTC))

    def rows(self, table: Table) -> list[Row]:
        """Return the rows whose whole interval lies in the range."""
        low = None if self.start is None else microseconds(self.start)
        high = None if self.end is None else microseconds(self.end)
        return [
            row
            for row in table.rows
            if (low is None or opened(row, table.interval) >= low) and (high is None or row.closed <= high)
        ]

    def days(self) -> tuple[date, date]:
        """Return first and last day of made-up data; an open end is filled to the default length.

        Raises
        ------
        UsageError
            They are more than `LONGEST_MOCK` apart.

        """
        first = self.start.date() if self.start else MOCK_START
        last = self.end.date() if self.end else MOCK_END
        if first > last and self.end is None:
            last = first + (MOCK_END - MOCK_START)
        elif first > last and self.start is None:
            first = date.fromordinal(max(last.toordinal() - (MOCK_END - MOCK_START).days, 1))
        if last - first > LONGEST_MOCK:
            raise UsageError(
                f"made-up data of {(last - first).days:,} days is too much: {first} to {last}",
                hint=f"Give --start and --end that are up to {LONGEST_MOCK.days:,} days apart.",
            )
        return first, last

    def __str__(self) -> str:
        words = [f"from {self.start.isoformat()}"] if self.start else []
        words += [f"to {self.end.isoformat()}"] if self.end else []
        return " ".join(words) or "at all"


@dataclass(frozen=True, slots=True)
class BarSpec:
    """A bar specification, as far as it was given."""

    step: int
    unit: str
    price: str | None
    source: str | None

    @classmethod
    def parse(cls, text: str, identifier: InstrumentId) -> BarSpec:
        """Read `1-DAY-LAST`, or a whole bar type of this instrument; anything else raises UsageError."""
        match = BAR.fullmatch(text.strip().upper() if "-" in text else "")
        named = match["instrument"] if match else None
        if match is None or named not in {None, str(identifier).upper()}:
            raise UsageError(
                f"{text!r} is no bar specification for {identifier}",
                hint="For example 1-DAY-LAST or 5-MINUTE-LAST.",
            )
        return cls(int(match["step"]), match["unit"], match["price"], match["source"])

    def interval(self) -> int:
        """Return the length in microseconds.

        Raises
        ------
        UsageError
            If such bars cannot come from a CSV file.

        """
        length = self.step * UNITS.get(self.unit, 0)
        if self.source == "INTERNAL" or not length or length > DAY or DAY % length:
            raise UsageError(
                f"bars of {self.step}-{self.unit} cannot be loaded from here",
                hint="Days, or hours, minutes or seconds that divide a day.",
            )
        return length

    def fits(self, bar_type: BarType) -> bool:
        """Whether a bar type is of this specification."""
        parts = BAR.fullmatch(str(bar_type))
        if parts is None or (int(parts["step"]), parts["unit"]) != (self.step, self.unit):
            return False
        return self.price in {None, parts["price"]} and self.source in {None, parts["source"]}


def opened(row: Row, interval: int) -> int:
    """Return when the bar began; a daily bar begins with its day, whenever its market closed."""
    return row.closed - row.closed % DAY if interval >= DAY else row.closed + MICROSECOND - interval
