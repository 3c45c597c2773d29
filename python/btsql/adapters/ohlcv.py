"""Bars as plain rows, from CSV files or a seeded random walk; without Nautilus Trader.

Times are the instant a bar is complete, in microseconds since 1970 (UTC): one microsecond before the next
interval begins, so that the bar belongs to the day it describes and is not seen before that day has passed.
"""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import math
import random
import zlib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from btsql.errors import SourceUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

MICROSECOND: Final = 1
SECOND: Final = 1_000_000
DAY: Final = 86_400 * SECOND
DEFAULT_VOLUME: Final = 1_000_000.0
"""Volume of every bar where the data has none, as in Nautilus Trader's own wranglers."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ALIASES: Final = {
    "timestamp": ("timestamp",),
    "date": ("date", "datetime", "day"),
    "time": ("time",),
    "open": ("open",),
    "high": ("high",),
    "low": ("low",),
    "close": ("close",),
    "volume": ("volume", "vol"),
    "adjusted": ("adjclose", "adjustedclose"),
    "ticker": ("ticker", "symbol"),
}
_PRICES: Final = ("open", "high", "low", "close")
_EXPECTED: Final = (
    "Expected a header with timestamp or Date, Open, High, Low, Close and, if there are, Volume, Adj Close, "
    "Ticker or Symbol; in any case and order."
)
# Digits of a whole number of seconds, milliseconds, microseconds or nanoseconds since 1970, this century.
_EPOCH_UNITS: Final = {10: (SECOND, 1), 13: (1000, 1), 16: (1, 1), 19: (1, 1000)}


class Row(NamedTuple):
    """One bar: when it was complete, its prices and its volume."""

    closed: int
    open: float
    high: float
    low: float
    close: float
    volume: float


class _Line(NamedTuple):
    """One line of a file: its number, its instant, what the clock showed there, its values."""

    number: int
    stamp: int
    written: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    decimals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Bars in order of time.

    Attributes
    ----------
    rows : list[Row]
        At least one.
    interval : int
        Length of a bar in microseconds.
    decimals : int
        Decimal places the prices are written with.
    facts : dict[str, object]
        What is needed to read the same bars again, and to know whether they are the same, as JSON has it.

    """

    rows: list[Row]
    interval: int
    decimals: int
    facts: dict[str, object]


def instant(microseconds: int) -> datetime:
    """Return the instant, in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


def day_of(microseconds: int) -> str:
    """Return the day of the instant in UTC, as `YYYY-MM-DD`."""
    return instant(microseconds).date().isoformat()


def microseconds(moment: datetime) -> int:
    """Return the microseconds from 1970 to `moment`."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def read_csv(path: Path, symbol: str, interval: int | None = None) -> Table:
    """Read the bars of one symbol from a CSV file, plain or gzipped.

    A column named `timestamp` says when an intraday bar was complete, as in Nautilus Trader's files; one
    named `Date` or `Datetime` says when it began. A daily bar belongs to the date written, either way.
    Where there is an adjusted close, all four prices are scaled to it: unadjusted, a split is a crash.

    Parameters
    ----------
    path : Path
        The file.
    symbol : str
        Which rows to take, where there is a column Ticker or Symbol.
    interval : int | None
        Length of a bar in microseconds; None to conclude it from the times.

    Raises
    ------
    SourceUnavailable
        If the file is missing or malformed, or has no such symbol. The message names the file and the line.

    """
    raw = _content(path)
    numbered = _numbered_records(path, raw)
    try:
        _, header = next(numbered)
    except StopIteration:
        raise SourceUnavailable(f"{path} is empty", hint=_EXPECTED) from None
    columns = _columns(path, header)
    chosen, ticker = _of_symbol(path, numbered, columns, symbol)
    lines = [_line(path, number, record, columns) for number, record in chosen]
    if not lines:
        raise SourceUnavailable(f"{path} has a header but no rows")
    _in_order(path, lines)
    length = interval or _interval(path, lines)
    complete = "timestamp" in columns
    measured = any(line.volume for line in lines)
    rows = [
        Row(
            _closed(line, length, complete=complete),
            line.open,
            line.high,
            line.low,
            line.close,
            line.volume if measured else DEFAULT_VOLUME,
        )
        for line in lines
    ]
    facts: dict[str, object] = {
        "sha256": sha256(raw).hexdigest(),
        "columns": {name: header[index].strip() for name, index in columns.items()},
        "adjusted": "adjusted" in columns,
        "ticker": ticker,
        "volume": "measured" if measured else "default",
    }
    decimals = 4 if "adjusted" in columns else max(line.decimals for line in lines)
    return Table(rows=rows, interval=length, decimals=decimals, facts=facts)


def random_walk(
    key: str,
    first: date,
    last: date,
    *,
    price: float,
    decimals: int,
    drift: float = 0.0003,
    deviation: float = 0.012,
) -> Table | None:
    """Make up daily bars, Monday to Friday: the same for the same arguments, everywhere.

    The walk uses additions, multiplications and divisions only, which every machine rounds alike; logarithms
    and normal variates would differ in the last digit between platforms.

    Parameters
    ----------
    key : str
        The seed.
    first, last : date
        First and last day, both included; the walk starts anew at `first`.
    price : float
        The first open.
    decimals : int
        Decimal places of the prices.
    drift, deviation : float
        Mean and standard deviation of a day's return, as fractions.

    Returns
    -------
    Table | None
        The bars; None when there is no weekday in the range.

    """
    draw = random.Random(key).random  # noqa: S311 - a repeatable walk, no secret
    rows: list[Row] = []
    level = price
    for day in range(first.toordinal(), last.toordinal() + 1):
        moment = date.fromordinal(day)
        if moment.weekday() >= 5:
            continue
        start = level * (1 + deviation * (draw() - 0.5) / 6)
        # Twelve uniform variates less their mean: close to normal, with a variance of one.
        level = max(start * (1 + drift + deviation * (sum(draw() for _ in range(12)) - 6.0)), price / 1000)
        high = max(start, level) * (1 + deviation * draw() / 2)
        low = min(start, level) * (1 - deviation * draw() / 2)
        prices = [round(value, decimals) for value in (start, high, low, level)]
        closed = microseconds(datetime(moment.year, moment.month, moment.day, tzinfo=UTC)) + DAY - MICROSECOND
        rows.append(Row(closed, prices[0], prices[1], prices[2], prices[3], 500_000 + int(1e6 * draw())))
    return Table(rows=rows, interval=DAY, decimals=decimals, facts={}) if rows else None


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise SourceUnavailable(f"there is no file {path.absolute()}") from error
    except IsADirectoryError as error:
        raise SourceUnavailable(
            f"{path.absolute()} is a directory, not a CSV file",
            hint="For a Nautilus Trader catalog, use catalog:PATH.",
        ) from error
    except (OSError, ValueError) as error:
        raise SourceUnavailable(f"cannot read {path.absolute()}: {error}") from error


def _numbered_records(path: Path, raw: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the line number and the fields of every line that is not blank."""
    try:
        text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise SourceUnavailable(f"cannot read {path.absolute()}: {error}") from error
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    try:
        for record in reader:
            if any(field.strip() for field in record):
                yield reader.line_num, record
    except csv.Error as error:
        raise SourceUnavailable(f"{path}, line {reader.line_num}: {error}") from error


def _columns(path: Path, header: Sequence[str]) -> dict[str, int]:
    """Return which field of a line holds what."""
    plain = ["".join(name.lower().split()).replace("_", "") for name in header]
    columns: dict[str, int] = {}
    for meaning, names in _ALIASES.items():
        places = [index for index, name in enumerate(plain) if name in names]
        if len(places) > 1:
            raise SourceUnavailable(f"{path} has several columns for {meaning}: {', '.join(header)}")
        if places:
            columns[meaning] = places[0]
    missing = [name for name in _PRICES if name not in columns]
    if "timestamp" in columns:
        columns = {name: index for name, index in columns.items() if name not in {"date", "time"}}
    elif "date" not in columns:
        missing.insert(0, "timestamp or Date")
    if missing:
        raise SourceUnavailable(
            f"{path} lacks {', '.join(missing)}; its columns are {', '.join(header)}",
            hint=_EXPECTED,
        )
    return columns


def _of_symbol(
    path: Path,
    records: Iterable[tuple[int, list[str]]],
    columns: dict[str, int],
    symbol: str,
) -> tuple[list[tuple[int, list[str]]], str | None]:
    """Return the lines of one symbol, and the symbol as the file writes it; all lines where it has none."""
    if "ticker" not in columns:
        return list(records), None
    index = columns["ticker"]
    groups: dict[str, list[tuple[int, list[str]]]] = {}
    for number, record in records:
        if len(record) <= index:
            raise SourceUnavailable(f"{path}, line {number}: {len(record)} fields are too few")
        groups.setdefault(record[index].strip(), []).append((number, record))
    if symbol in groups:
        return groups[symbol], symbol
    alike = [ticker for ticker in groups if ticker.casefold() == symbol.casefold()]
    if len(alike) == 1:
        return groups[alike[0]], alike[0]
    raise SourceUnavailable(f"{path} has no rows for {symbol}", hint=f"It has {_some(sorted(groups))}.")


def _some(names: Sequence[str], most: int = 20) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return (", ".join(names[:most]) or "none") + more


def _line(path: Path, number: int, record: Sequence[str], columns: dict[str, int]) -> _Line:
    def value(name: str) -> str:
        index = columns[name]
        if index >= len(record):
            raise ValueError(f"{len(record)} fields are too few")
        return record[index].strip()

    try:
        prices = [_price(name, value(name)) for name in _PRICES]
        _check_shape(*prices)
        decimals = max(_decimals(value(name)) for name in _PRICES)
        if "adjusted" in columns:
            adjusted = _price("adjusted close", value("adjusted"))
            prices = [price * adjusted / prices[3] for price in prices[:3]] + [adjusted]
        if "timestamp" in columns:
            when = value("timestamp")
        else:
            when = value("date") + (f" {value('time')}" if "time" in columns else "")
        volume = _volume(value("volume")) if "volume" in columns else 0.0
        stamp, written = _stamp(when)
    except ValueError as error:
        raise SourceUnavailable(f"{path}, line {number}: {error}") from error
    return _Line(number, stamp, written, prices[0], prices[1], prices[2], prices[3], volume, decimals)


def _number(text: str) -> float:
    """Return the number that a field is, NaN when it is none: `1_0` is one of Python only."""
    try:
        return float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        return math.nan


def _price(name: str, text: str) -> float:
    number = _number(text)
    if not (math.isfinite(number) and number > 0):
        raise ValueError(f"{name} must be a number above 0, not {text!r}")
    return number


def _check_shape(start: float, high: float, low: float, close: float) -> None:
    if high < low:
        raise ValueError(f"high {high:g} is below low {low:g}")
    for name, price in (("open", start), ("close", close)):
        if not low <= price <= high:
            raise ValueError(f"{name} {price:g} is not between low {low:g} and high {high:g}")


def _volume(text: str) -> float:
    if text.casefold() in {"", "-", "nan", "null", "none", "n/a", "na"}:
        return 0.0
    number = _number(text)
    if not (math.isfinite(number) and number >= 0):
        raise ValueError(f"volume must be a number of at least 0, not {text!r}")
    return number


def _decimals(text: str) -> int:
    return 9 if "e" in text.lower() else len(text.partition(".")[2].rstrip("0"))


def _stamp(text: str) -> tuple[int, int]:
    """Return the microseconds of a time: in UTC, and as the clock there showed it."""
    if text.isascii() and text.isdigit() and len(text) in _EPOCH_UNITS:
        multiply, divide = _EPOCH_UNITS[len(text)]
        stamp = int(text) * multiply // divide
        return stamp, stamp
    try:
        moment = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise ValueError(f"{text!r} is no date such as 2024-01-31, nor an ISO 8601 time") from None
    written = microseconds(moment.replace(tzinfo=UTC))
    return (written if moment.utcoffset() is None else microseconds(moment)), written


def _in_order(path: Path, lines: list[_Line]) -> None:
    """Sort the lines by time; the same time twice is an error."""
    lines.sort(key=lambda line: line.stamp)
    for before, after in itertools.pairwise(lines):
        if before.stamp == after.stamp:
            first, second = sorted((before.number, after.number))
            when = instant(after.stamp).isoformat()
            raise SourceUnavailable(f"{path}, line {second}: {when} is there already, on line {first}")


def _interval(path: Path, lines: Sequence[_Line]) -> int:
    """Return the usual distance between two bars: whole days, or a part of one."""
    if len(lines) == 1:
        if lines[0].written % DAY == 0:
            return DAY
        raise SourceUnavailable(
            f"{path} has one row, which does not tell how long a bar is",
            hint="Say it with --bar, for example --bar 1-MINUTE-LAST.",
        )
    gaps = Counter(after.stamp - before.stamp for before, after in itertools.pairwise(lines))
    usual = max(sorted(gaps), key=gaps.__getitem__)
    # Daily bars stamped in local time are 23 or 25 hours apart when the clocks change.
    if abs(usual - DAY) <= 3600 * SECOND:
        return DAY
    if usual < DAY and usual % SECOND == 0 and DAY % usual == 0:
        return usual
    apart = timedelta(microseconds=usual)
    raise SourceUnavailable(
        f"the rows of {path} are mostly {apart} apart, which is no bar length known here",
        hint="Bars of a day, or of hours, minutes or seconds that divide it; say which with --bar.",
    )


def _closed(line: _Line, interval: int, *, complete: bool) -> int:
    """Return when the bar of this line was complete."""
    if interval < DAY:
        return line.stamp if complete else line.stamp + interval - MICROSECOND
    # A time of day on a daily bar that is stamped when complete is when its market closed. Else only the
    # date counts, as written: midnight in Tokyo is still the day before in UTC.
    if complete and line.written % DAY:
        return line.stamp
    return line.written - line.written % DAY + DAY - MICROSECOND
