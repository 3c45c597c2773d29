"""The last price of each instrument and day, from the market data of a run."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from btsql.adapters.fingerprint import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NANOSECONDS_PER_DAY: Final = 86_400_000_000_000
END_OF_TIME: Final = 1 << 64

_PIECE: Final = 2_000  # items read at once
_TICKS: Final = {"QuoteTick": "QUOTE", "TradeTick": "TRADE"}
_PREFERENCE: Final = ("QUOTE", "TRADE", "LAST", "MID")


class Closes:
    """Collects the last price of each instrument and UTC day from the data of a run.

    Feed it the lists that go to ``engine.add_data``, or ``engine.data`` after the run: in any order, but each
    list once. Only references are kept until prices are asked for: 100,000 minute bars cost about 60 ms.
    Bars, quotes and trades give prices; any other data only says that its day had data. All of it is in
    `fingerprint`, in the order in which it is fed.

    Parameters
    ----------
    start_ns, end_ns
        Ignore data outside these UNIX nanoseconds, both included: what ``engine.run(start, end)`` left out.
    """

    def __init__(self, *, start_ns: int | None = None, end_ns: int | None = None) -> None:
        self._start = 0 if start_ns is None else start_ns
        self._end = END_OF_TIME if end_ns is None else end_ns
        self._bounded = start_ns is not None or end_ns is not None
        self._series: dict[object, _Series] = {}
        self.items = 0
        self.fingerprint = Fingerprint()

    def emptied(self) -> Closes:
        """Return one with the same bounds that has read nothing."""
        return Closes(start_ns=self._start, end_ns=self._end)

    def feed(self, data: Iterable[Any]) -> None:
        """Read market data objects, in any order (sorted by time is fastest)."""
        items = data if isinstance(data, list) else list(data)
        for first in range(0, len(items), _PIECE):
            self._read(items[first : first + _PIECE])

    def _read(self, items: list[Any]) -> None:
        times = [item.ts_init for item in items]
        if self._bounded and not (self._start <= min(times) and max(times) <= self._end):
            items = [item for item, at in zip(items, times, strict=True) if self._start <= at <= self._end]
            times = [item.ts_init for item in items]
        if not items:
            return
        self.items += len(items)
        if _is_one_series(items):
            series = self._series_of(items[0])
            self.fingerprint.begin([(0, series)])
            self._read_series(series, items, times)
        else:
            self._read_several(items, times)
        self.fingerprint.add(items, times)

    def _read_several(self, items: list[Any], times: list[int]) -> None:
        each = [self._series_of(item) for item in items]
        self.fingerprint.begin(enumerate(each))
        parts: dict[_Series, tuple[list[Any], list[int]]] = {one: ([], []) for one in each}
        for series, item, at in zip(each, items, times, strict=True):
            own_items, own_times = parts[series]
            own_items.append(item)
            own_times.append(at)
        for series, (own_items, own_times) in parts.items():
            self._read_series(series, own_items, own_times)

    @staticmethod
    def _read_series(series: _Series, items: list[Any], times: list[int]) -> None:
        """Read items of one series, a day at once."""
        if times != sorted(times):
            order = sorted(range(len(times)), key=times.__getitem__)
            items, times = [items[place] for place in order], [times[place] for place in order]
        series.start(times[0], items[0])
        begin = 0
        while begin < len(items):
            day = times[begin] // NANOSECONDS_PER_DAY
            begin = bisect_left(times, (day + 1) * NANOSECONDS_PER_DAY, begin)
            series.keep(day, times[begin - 1], items[begin - 1])

    def _series_of(self, item: Any) -> _Series:
        key = _key(item)
        series = self._series.get(key)
        if series is None:
            series = self._series[key] = _begun(item)
        return series

    @property
    def first_ns(self) -> int | None:
        """``ts_init`` of the earliest item in UNIX nanoseconds; None without data."""
        return min((series.first_at for series in self._series.values()), default=None)

    @property
    def last_ns(self) -> int | None:
        """``ts_init`` of the latest item in UNIX nanoseconds; None without data."""
        return max((at for series in self._series.values() for at, _ in series.days.values()), default=None)

    @property
    def instruments(self) -> frozenset[str]:
        """Ids of the instruments that have prices."""
        return frozenset(
            series.instrument for series in self._series.values() if series.instrument is not None
        )

    @property
    def bar_types(self) -> frozenset[str]:
        """The types of the bars that were read."""
        return frozenset(
            str(series.first.bar_type)
            for series in self._series.values()
            if getattr(series.first, "bar_type", None) is not None
        )

    def days(self) -> list[int]:
        """Return the UTC days with data, as days since 1970-01-01, ascending."""
        return sorted({day for series in self._series.values() for day in series.days})

    def prices(self) -> Prices:
        """Convert what was remembered."""
        days = self.days()
        prices = Prices()
        for instrument in sorted(self.instruments):
            series = [one for one in self._series.values() if one.instrument == instrument]
            self._add_opening(prices, instrument, series, days[0])
            for day in sorted({day for one in series for day in one.days}):
                closes = {one.label: one.close(day) for one in _by_age(series, day)}
                prices.add(instrument, day, _preferred(closes))
        return prices

    @staticmethod
    def _add_opening(prices: Prices, instrument: str, series: Iterable[_Series], first_day: int) -> None:
        """Date the first price of the first day on the day before: what opening balances are worth."""
        opening = [one for one in series if one.first_at // NANOSECONDS_PER_DAY == first_day]
        if opening:
            opening.sort(key=lambda one: -one.first_at)  # of the same label, the earliest wins
            prices.add(instrument, first_day - 1, _preferred({one.label: one.opening() for one in opening}))


class Prices:
    """Closes by instrument and day, and the latest one known on a day."""

    def __init__(self) -> None:
        self._days: dict[str, list[int]] = defaultdict(list)
        self._values: dict[str, list[Decimal]] = defaultdict(list)

    def add(self, instrument: str, day: int, price: Decimal) -> None:
        """Append a close; days must ascend within an instrument."""
        self._days[instrument].append(day)
        self._values[instrument].append(price)

    def latest(self, instrument: str, day: int) -> Decimal | None:
        """Return the close of that day or of the last one before it; None if there is none yet."""
        index = bisect_right(self._days.get(instrument, ()), day)
        return self._values[instrument][index - 1] if index else None


class _Series:
    """The last item per day of one source: the quotes, the trades or one kind of bar of one instrument."""

    __slots__ = ("days", "first", "first_at", "instrument", "label", "name")

    def __init__(self, name: str, label: str, instrument: str | None) -> None:
        self.name = name
        self.label = label
        self.instrument = instrument
        self.days: dict[int, tuple[int, Any]] = {}
        self.first: Any = None
        self.first_at = END_OF_TIME

    def start(self, at: int, item: Any) -> None:
        if at < self.first_at:
            self.first, self.first_at = item, at

    def keep(self, day: int, at: int, item: Any) -> None:
        known = self.days.get(day)
        if known is None or at >= known[0]:
            self.days[day] = at, item

    def close(self, day: int) -> Decimal:
        return _price(self.days[day][1], "close")

    def opening(self) -> Decimal:
        return _price(self.first, "open")


def _key(item: Any) -> object:
    """Return what tells the item's series from others.

    A bar type is compared by its text, made anew each time; the two parts of it that matter are not.
    """
    kind = type(item)
    if kind.__name__ == "Bar":
        bar_type = item.bar_type
        return kind, bar_type.instrument_id, bar_type.spec
    return (kind, item.instrument_id) if kind.__name__ in _TICKS else kind


def _begun(item: Any) -> _Series:
    """Return the series that begins with an item."""
    kind = type(item).__name__
    if kind == "Bar":
        bar_type = item.bar_type
        label = str(bar_type.spec).rsplit("-", 1)[-1]
        return _Series(f"Bar {bar_type}", label, str(bar_type.instrument_id))
    if kind in _TICKS:
        return _Series(f"{kind} {item.instrument_id}", _TICKS[kind], str(item.instrument_id))
    return _Series(kind, "OTHER", None)


def _is_one_series(items: list[Any]) -> bool:
    """Tell whether all items are of one series, fast where they are."""
    first = items[0]
    kind = type(first)
    if _key(first) != _key(items[-1]):
        return False
    if kind.__name__ == "Bar":
        instrument, spec = first.bar_type.instrument_id, first.bar_type.spec
        return not [
            item
            for item in items
            if type(item) is not kind
            or (own := item.bar_type).instrument_id != instrument
            or own.spec != spec
        ]
    if kind.__name__ in _TICKS:
        instrument = first.instrument_id
        return not [item for item in items if type(item) is not kind or item.instrument_id != instrument]
    return set(map(type, items)) == {kind}


def _by_age(series: Iterable[_Series], day: int) -> list[_Series]:
    """Return the series with a close on that day, the latest last: it wins where labels are equal."""
    return sorted((one for one in series if day in one.days), key=lambda one: one.days[day][0])


def _price(item: Any, of_bar: str) -> Decimal:
    if hasattr(item, "bid_price"):
        return (decimal_of(item.bid_price) + decimal_of(item.ask_price)) / 2
    return decimal_of(item.price if hasattr(item, "price") else getattr(item, of_bar))


def _preferred(candidates: Mapping[str, Decimal]) -> Decimal:
    """Choose among the prices of one moment: quotes, then trades, then bars by what they are made of."""
    for label in _PREFERENCE:
        if label in candidates:
            return candidates[label]
    if "BID" in candidates and "ASK" in candidates:
        return (candidates["BID"] + candidates["ASK"]) / 2
    return next(candidates[label] for label in sorted(candidates, reverse=True))


def decimal_of(value: Any) -> Decimal:
    """Return a price, a quantity or a plain number exactly."""
    return value.as_decimal() if hasattr(value, "as_decimal") else Decimal(str(value))
