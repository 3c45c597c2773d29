"""Market data for a backtest: CSV files, Nautilus Trader catalogs and made-up bars, as Nautilus objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from nautilus_trader.model.data import Bar, BarType
from nautilus_trader.model.instruments import CurrencyPair
from nautilus_trader.model.objects import Price, Quantity

from btsql.adapters.catalog import load_catalog
from btsql.adapters.instruments import define, first_price, instrument_id
from btsql.adapters.market_data import MarketData
from btsql.adapters.ohlcv import DAY, day_of, instant, random_walk, read_csv
from btsql.adapters.selection import UNITS, BarSpec, Span, opened
from btsql.errors import SourceUnavailable, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from nautilus_trader.model.identifiers import InstrumentId

    from btsql.adapters.ohlcv import Row
    from btsql.sources import DataSource

DEFAULT_SEED: Final = 0


def load(
    source: DataSource,
    instrument: str,
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
    instrument : str
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
        If `instrument` or `bar` is not well formed.

    """
    identifier = instrument_id(instrument)
    spec = None if bar is None else BarSpec.parse(bar, identifier)
    span = Span.of(start, end)
    if source.kind == "catalog":
        return load_catalog(_path(source), identifier, span, spec)
    if source.kind == "csv":
        return _load_csv(source, identifier, span, spec, currency, definition)
    return _load_mock(source, identifier, span, spec, currency, definition)


def _load_csv(  # noqa: PLR0917 - what load() was given
    source: DataSource,
    identifier: InstrumentId,
    span: Span,
    spec: BarSpec | None,
    currency: str,
    definition: Any = None,
) -> MarketData:
    path = _path(source)
    table = read_csv(path, identifier.symbol.value, spec.interval() if spec else None)
    rows = span.rows(table)
    if not rows:
        held = f"{day_of(table.rows[0].closed)} to {day_of(table.rows[-1].closed)}"
        raise SourceUnavailable(
            f"{path} has no bars of {identifier.symbol} {span}",
            hint=f"It holds {held}.",
        )
    # The precision is that of the whole file, so that it does not change with the range.
    lowest = min(row.low for row in table.rows)
    decimals = max(table.decimals, 6) if lowest < 1 else table.decimals
    instrument = definition or define(identifier, currency, decimals)
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
    span: Span,
    spec: BarSpec | None,
    currency: str,
    definition: Any = None,
) -> MarketData:
    if spec is not None and spec.interval() != DAY:
        raise UsageError("mock data has daily bars only", hint="Leave --bar out, or use 1-DAY-LAST.")
    instrument = definition or define(identifier, currency, 2)
    first, last = span.days()
    seed = DEFAULT_SEED if source.seed is None else source.seed
    table = random_walk(
        f"{seed}:{identifier}",
        first,
        last,
        price=first_price(instrument),
        decimals=instrument.price_precision,
        **({"drift": 0.0, "deviation": 0.005} if isinstance(instrument, CurrencyPair) else {}),
    )
    rows = span.rows(table) if table else []
    if table is None or not rows:
        raise SourceUnavailable(f"there is no weekday {span}")
    facts: dict[str, object] = {"kind": "mock", "seed": seed}
    price_type = spec.price if spec else None
    return _market(instrument, rows, price_type=price_type, interval=DAY, span=span, facts=facts)


def _market(
    instrument: Any,
    rows: Sequence[Row],
    *,
    price_type: str | None,
    interval: int,
    span: Span,
    facts: dict[str, object],
) -> MarketData:
    bar_type = _bar_type(instrument.id, interval, price_type or "LAST")
    return MarketData(
        instrument=instrument,
        bar_type=bar_type,
        bars=_bars(instrument, bar_type, rows),
        start=span.start or instant(opened(rows[0], interval)),
        end=span.end or instant(rows[-1].closed),
        description={**facts, "bar": str(bar_type), "rows": len(rows)},
    )


def _bars(instrument: Any, bar_type: BarType, rows: Sequence[Row]) -> list[Bar]:
    """Return Nautilus bars; made one by one, as its wrangler refuses the read-only arrays of pandas 3."""
    if rows[0].closed < 0:
        raise SourceUnavailable(
            f"the bars of {instrument.id} begin in {day_of(rows[0].closed)}, Nautilus Trader's time in 1970",
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


def _bar_type(identifier: InstrumentId, interval: int, price: str) -> BarType:
    unit = next(name for name in ("DAY", "HOUR", "MINUTE", "SECOND") if interval % UNITS[name] == 0)
    return BarType.from_str(f"{identifier}-{interval // UNITS[unit]}-{unit}-{price}-EXTERNAL")


def _path(source: DataSource) -> Path:
    if source.path is None:
        raise UsageError(f"the data source {source} lacks its path")
    return source.path.expanduser()
