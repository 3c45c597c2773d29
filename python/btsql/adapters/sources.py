"""Market data for a backtest: CSV files, Nautilus Trader catalogs and made-up bars, as Nautilus objects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.enums import CurrencyType
from nautilus_trader.model.identifiers import InstrumentId, Symbol
from nautilus_trader.model.instruments import CurrencyPair, Equity
from nautilus_trader.model.objects import Currency, Price, Quantity
from nautilus_trader.persistence.catalog import ParquetDataCatalog

from btsql.adapters.ohlcv import (
    DAY,
    MICROSECOND,
    SECOND,
    Row,
    Table,
    instant,
    microseconds,
    random_walk,
    read_csv,
)
from btsql.errors import SourceUnavailable, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from btsql.sources import DataSource

MOCK_START: Final = date(2020, 1, 1)
MOCK_END: Final = date(2023, 12, 31)
DEFAULT_SEED: Final = 0
MOST_DECIMALS: Final = 6  # of a share's price; what files have beyond is of binary fractions

_UNITS: Final = {
    "SECOND": SECOND,
    "MINUTE": 60 * SECOND,
    "HOUR": 3600 * SECOND,
    "DAY": DAY,
}
_BAR: Final = re.compile(
    r"(?:(?P<instrument>.+)-)?(?P<step>[1-9]\d*)-(?P<unit>[A-Z]+)(?:-(?P<price>LAST|BID|ASK|MID))?"
    r"(?:-(?P<source>EXTERNAL|INTERNAL))?",
)


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
        `volume`, `price_precision`, `seed`.

    """

    instrument: Any
    bar_type: BarType
    bars: list[Bar]
    start: datetime
    end: datetime
    description: dict[str, object]


def load(
    source: DataSource,
    instrument_id: str,
    start: datetime | None = None,
    end: datetime | None = None,
    bar: str | None = None,
    *,
    currency: str = "USD",
    definition: Any = None,
) -> MarketData:
    """Load the bars of an instrument.

    Parameters
    ----------
    source : DataSource
        Where they are.
    instrument_id : str
        `SYMBOL.VENUE`. A catalog brings its own definition; else `XXX/YYY.VENUE` is a spot currency pair
        and anything else a share.
    start, end : datetime | None
        Only bars that lie within are taken, both ends included; None for no limit. Made-up bars fill the
        range, by default `MOCK_START` to `MOCK_END`.
    bar : str | None
        Bar specification such as `1-DAY-LAST`, or a whole bar type; chooses among those of a catalog, and
        overrides what the times of a CSV file say.
    currency : str
        Currency of a share's price, which a CSV file does not say.
    definition : Instrument | None
        The instrument's definition, where the data brings none; by default it is concluded from the data.

    Raises
    ------
    SourceUnavailable
        If the data is not there, malformed, or has nothing for this instrument and range.
    UsageError
        If `instrument_id` or `bar` is not well formed.

    """
    identifier = _instrument_id(instrument_id)
    spec = None if bar is None else _BarSpec.parse(bar, identifier)
    span = _Span.of(start, end)
    if source.kind == "catalog":
        return _load_catalog(source, identifier, span, spec)
    if source.kind == "csv":
        return _load_csv(source, identifier, span, spec, currency, definition)
    return _load_mock(source, identifier, span, spec, currency, definition)


@dataclass(frozen=True, slots=True)
class _Span:
    """The range asked for, in UTC; None where it is open."""

    start: datetime | None
    end: datetime | None

    @classmethod
    def of(cls, start: datetime | None, end: datetime | None) -> _Span:
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
            if (low is None or _opened(row, table.interval) >= low) and (high is None or row.closed <= high)
        ]

    def days(self) -> tuple[date, date]:
        """Return first and last day of made-up data; an open end is filled to the default length."""
        first = self.start.date() if self.start else MOCK_START
        last = self.end.date() if self.end else MOCK_END
        if first > last and self.end is None:
            last = first + (MOCK_END - MOCK_START)
        elif first > last and self.start is None:
            first = last - (MOCK_END - MOCK_START)
        return first, last

    def __str__(self) -> str:
        words = [f"from {self.start.isoformat()}"] if self.start else []
        words += [f"to {self.end.isoformat()}"] if self.end else []
        return " ".join(words) or "at all"


@dataclass(frozen=True, slots=True)
class _BarSpec:
    """A bar specification, as far as it was given."""

    step: int
    unit: str
    price: str | None
    source: str | None

    @classmethod
    def parse(cls, text: str, identifier: InstrumentId) -> _BarSpec:
        match = _BAR.fullmatch(text.strip().upper() if "-" in text else "")
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
        length = self.step * _UNITS.get(self.unit, 0)
        if self.source == "INTERNAL" or not length or length > DAY or DAY % length:
            raise UsageError(
                f"bars of {self.step}-{self.unit} cannot be loaded from here",
                hint="Days, or hours, minutes or seconds that divide a day.",
            )
        return length

    def fits(self, bar_type: BarType) -> bool:
        """Whether a bar type is of this specification."""
        parts = _BAR.fullmatch(str(bar_type))
        if parts is None or (int(parts["step"]), parts["unit"]) != (self.step, self.unit):
            return False
        return self.price in {None, parts["price"]} and self.source in {None, parts["source"]}


def _instrument_id(text: str) -> InstrumentId:
    try:
        return InstrumentId.from_str(text)
    except ValueError as error:
        raise UsageError(f"the instrument must be SYMBOL.VENUE, not {text!r}") from error


def _load_csv(  # noqa: PLR0917 - what load() was given
    source: DataSource,
    identifier: InstrumentId,
    span: _Span,
    spec: _BarSpec | None,
    currency: str,
    definition: Any = None,
) -> MarketData:
    path = _path(source)
    table = read_csv(path, identifier.symbol.value, spec.interval() if spec else None)
    rows = span.rows(table)
    if not rows:
        held = f"{_day(table.rows[0].closed)} to {_day(table.rows[-1].closed)}"
        raise SourceUnavailable(
            f"{path} has no bars of {identifier.symbol} {span}",
            hint=f"It holds {held}.",
        )
    # The precision is that of the whole file, so that it does not change with the range.
    lowest = min(row.low for row in table.rows)
    decimals = max(table.decimals, 6) if lowest < 1 else table.decimals
    instrument = definition or _define(identifier, currency, decimals)
    facts: dict[str, object] = {
        "kind": "csv",
        "path": str(path.resolve()),
        **table.facts,
        "price_precision": instrument.price_precision,
    }
    price_type = spec.price if spec else None
    return _market(instrument, rows, price_type=price_type, interval=table.interval, span=span, facts=facts)


def _load_mock(  # noqa: PLR0917 - what load() was given
    source: DataSource,
    identifier: InstrumentId,
    span: _Span,
    spec: _BarSpec | None,
    currency: str,
    definition: Any = None,
) -> MarketData:
    if spec is not None and spec.interval() != DAY:
        raise UsageError("mock data has daily bars only", hint="Leave --bar out, or use 1-DAY-LAST.")
    instrument = definition or _define(identifier, currency, 2)
    first, last = span.days()
    seed = DEFAULT_SEED if source.seed is None else source.seed
    table = random_walk(
        f"{seed}:{identifier}",
        first,
        last,
        price=_first_price(instrument),
        decimals=instrument.price_precision,
        **({"drift": 0.0, "deviation": 0.005} if isinstance(instrument, CurrencyPair) else {}),
    )
    rows = span.rows(table) if table else []
    if table is None or not rows:
        raise SourceUnavailable(f"there is no weekday {span}")
    facts: dict[str, object] = {"kind": "mock", "seed": seed}
    price_type = spec.price if spec else None
    return _market(instrument, rows, price_type=price_type, interval=DAY, span=span, facts=facts)


def _load_catalog(
    source: DataSource,
    identifier: InstrumentId,
    span: _Span,
    spec: _BarSpec | None,
) -> MarketData:
    path = _path(source)
    if not path.is_dir():
        there = "is a file, not a catalog's directory" if path.exists() else "does not exist"
        raise SourceUnavailable(f"the catalog {path.absolute()} {there}")
    catalog = ParquetDataCatalog(str(path.resolve()))
    instrument = _catalog_instrument(catalog, path, identifier)
    bar_type = _catalog_bar_type(path, identifier, spec)
    bars = _query(catalog, path, bar_type, span)
    if not bars:
        every = _query(catalog, path, bar_type, _Span(None, None))
        held = (
            f"{_day(every[0].ts_init // 1000)} to {_day(every[-1].ts_init // 1000)}"
            if every
            else "none at all"
        )
        raise SourceUnavailable(
            f"the catalog {path} has no bars of {bar_type} {span}",
            hint=f"It holds {held}.",
        )
    return MarketData(
        instrument=instrument,
        bar_type=bar_type,
        bars=bars,
        start=span.start or instant(bars[0].ts_init // 1000),
        end=span.end or instant(bars[-1].ts_init // 1000),
        description={
            "kind": "catalog",
            "path": str(path.resolve()),
            "bar": str(bar_type),
            "rows": len(bars),
        },
    )


def _catalog_instrument(catalog: ParquetDataCatalog, path: Path, identifier: InstrumentId) -> Any:
    try:
        instruments = catalog.instruments()
    except Exception as error:
        raise SourceUnavailable(f"cannot read the catalog {path}: {error}") from error
    # A definition may be stored once for every change of it; the latest is the one in force.
    found = [each for each in instruments if each.id == identifier]
    if found:
        return max(found, key=lambda each: each.ts_init)
    names = sorted({str(each.id) for each in instruments})
    raise SourceUnavailable(
        f"the catalog {path} has no instrument {identifier}",
        hint=f"It has {', '.join(names) or 'none'}.",
    )


def _catalog_bar_type(path: Path, identifier: InstrumentId, spec: _BarSpec | None) -> BarType:
    """Return the one bar type there is, or the one of several that was asked for."""
    directory = path / "data" / "bar"
    # Directories are named like bar types, without the slash of a currency pair.
    prefix = f"{identifier}-".replace("/", "")
    names = sorted(each.name for each in directory.iterdir()) if directory.is_dir() else []
    types = [
        BarType.from_str(f"{identifier}-{name.removeprefix(prefix)}")
        for name in names
        if name.startswith(prefix) and _BAR.fullmatch(name.removeprefix(prefix))
    ]
    fitting = [each for each in types if spec is None or spec.fits(each)]
    if len(fitting) == 1:
        return fitting[0]
    if not types:
        raise SourceUnavailable(f"the catalog {path} has no bars of {identifier}")
    known = ", ".join(str(each).removeprefix(f"{identifier}-") for each in types)
    if fitting:
        raise SourceUnavailable(
            f"the catalog {path} has several kinds of bars of {identifier}",
            hint=f"Choose one with --bar: {known}.",
        )
    raise SourceUnavailable(f"the catalog {path} has no such bars of {identifier}", hint=f"It has {known}.")


def _query(catalog: ParquetDataCatalog, path: Path, bar_type: BarType, span: _Span) -> list[Bar]:
    limits: dict[str, Any] = {"start": _nanoseconds(span.start), "end": _nanoseconds(span.end)}
    try:
        found = catalog.bars(bar_types=[str(bar_type)], **limits)
    except Exception as error:
        raise SourceUnavailable(f"cannot read {bar_type} from the catalog {path}: {error}") from error
    return [each for each in found if each.bar_type == bar_type]


def _market(
    instrument: Any,
    rows: Sequence[Row],
    *,
    price_type: str | None,
    interval: int,
    span: _Span,
    facts: dict[str, object],
) -> MarketData:
    bar_type = _bar_type(instrument.id, interval, price_type or "LAST")
    return MarketData(
        instrument=instrument,
        bar_type=bar_type,
        bars=_bars(instrument, bar_type, rows),
        start=span.start or instant(_opened(rows[0], interval)),
        end=span.end or instant(rows[-1].closed),
        description={**facts, "bar": str(bar_type), "rows": len(rows)},
    )


def _bars(instrument: Any, bar_type: BarType, rows: Sequence[Row]) -> list[Bar]:
    """Return Nautilus bars; made one by one, as its wrangler refuses the read-only arrays of pandas 3."""
    if rows[0].closed < 0:
        raise SourceUnavailable(
            f"the bars of {instrument.id} begin in {_day(rows[0].closed)}, Nautilus Trader's time in 1970",
            hint="Start later, for example --start 1970-01-01.",
        )
    try:
        return _as_bars(instrument, bar_type, rows)
    except (ValueError, OverflowError) as error:
        raise SourceUnavailable(f"Nautilus Trader cannot hold a bar of {instrument.id}: {error}") from error


def _as_bars(instrument: Any, bar_type: BarType, rows: Sequence[Row]) -> list[Bar]:
    price, size = instrument.price_precision, instrument.size_precision
    return [
        Bar(
            bar_type,
            Price(row.open, price),
            Price(row.high, price),
            Price(row.low, price),
            Price(row.close, price),
            Quantity(row.volume, size),
            row.closed * 1000,
            row.closed * 1000,
        )
        for row in rows
    ]


def _define(identifier: InstrumentId, currency: str, decimals: int) -> Any:
    """Return a definition for an instrument that comes without one."""
    base, slash, quote = identifier.symbol.value.partition("/")
    if slash:
        return _currency_pair(identifier, _currency(base), _currency(quote))
    precision = min(max(decimals, 2), MOST_DECIMALS)
    return Equity(
        instrument_id=identifier,
        raw_symbol=identifier.symbol,
        currency=_currency(currency),
        price_precision=precision,
        price_increment=Price(10**-precision, precision),
        lot_size=Quantity.from_int(1),
        ts_event=0,
        ts_init=0,
    )


def _currency_pair(identifier: InstrumentId, base: Currency, quote: Currency) -> CurrencyPair:
    coin = base.currency_type == CurrencyType.CRYPTO
    price = 2 if coin else 3 if quote.code == "JPY" else 5
    size = 6 if coin else 0
    return CurrencyPair(
        instrument_id=identifier,
        raw_symbol=Symbol(identifier.symbol.value.replace("/", "")),
        base_currency=base,
        quote_currency=quote,
        price_precision=price,
        size_precision=size,
        price_increment=Price(10**-price, price),
        size_increment=Quantity(10**-size, size),
        margin_init=Decimal("0.03"),
        margin_maint=Decimal("0.03"),
        maker_fee=Decimal("0.00002"),
        taker_fee=Decimal("0.00002"),
        ts_event=0,
        ts_init=0,
    )


def _currency(code: str) -> Currency:
    found = Currency.from_internal_map(code)
    if found is None:
        raise UsageError(f"{code!r} is no currency that Nautilus Trader knows")
    return found


def _first_price(instrument: Any) -> float:
    if isinstance(instrument, CurrencyPair) and instrument.size_precision == 0:
        return 110.0 if instrument.price_precision == 3 else 1.1
    return 100.0


def _bar_type(identifier: InstrumentId, interval: int, price: str) -> BarType:
    unit = next(name for name in ("DAY", "HOUR", "MINUTE", "SECOND") if interval % _UNITS[name] == 0)
    return BarType.from_str(f"{identifier}-{interval // _UNITS[unit]}-{unit}-{price}-EXTERNAL")


def _opened(row: Row, interval: int) -> int:
    """Return when the bar began; a daily bar begins with its day, whenever its market closed."""
    return row.closed - row.closed % DAY if interval >= DAY else row.closed + MICROSECOND - interval


def _path(source: DataSource) -> Path:
    if source.path is None:
        raise UsageError(f"the data source {source} lacks its path")
    return source.path.expanduser()


def _day(moment: int) -> str:
    return instant(moment).date().isoformat()


def _nanoseconds(moment: datetime | None) -> int | None:
    return None if moment is None else max(microseconds(moment), 0) * 1000
