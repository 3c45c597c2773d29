"""Bars of a Nautilus Trader catalog of Parquet files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nautilus_trader.model.data import BarType
from nautilus_trader.persistence.catalog import ParquetDataCatalog

from btsql.adapters.market_data import MarketData
from btsql.adapters.ohlcv import day_of, instant, microseconds
from btsql.adapters.selection import BAR, Span
from btsql.errors import SourceUnavailable

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from nautilus_trader.model.data import Bar
    from nautilus_trader.model.identifiers import InstrumentId

    from btsql.adapters.selection import BarSpec


def load_catalog(path: Path, identifier: InstrumentId, span: Span, spec: BarSpec | None) -> MarketData:
    """Load the bars of an instrument that lie in a range, and are of one specification.

    Raises
    ------
    SourceUnavailable
        If there is no such catalog, instrument or bar, or the catalog has several kinds of such bars.

    """
    try:
        is_directory = path.is_dir()
    except (OSError, ValueError) as error:  # of a name that is too long, among others
        raise SourceUnavailable(f"cannot read the catalog {str(path)[:200]}: {error}") from error
    if not is_directory:
        there = "is a file, not a catalog's directory" if path.exists() else "does not exist"
        raise SourceUnavailable(f"the catalog {path.absolute()} {there}")
    catalog = ParquetDataCatalog(str(path.resolve()))
    instrument = _instrument(catalog, path, identifier)
    bar_type = _bar_type(path, identifier, spec)
    bars = _query(catalog, path, bar_type, span)
    if not bars:
        every = _query(catalog, path, bar_type, Span(None, None))
        held = (
            f"{day_of(every[0].ts_init // 1000)} to {day_of(every[-1].ts_init // 1000)}"
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


def _instrument(catalog: ParquetDataCatalog, path: Path, identifier: InstrumentId) -> Any:
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


def _bar_type(path: Path, identifier: InstrumentId, spec: BarSpec | None) -> BarType:
    """Return the one bar type there is, or the one of several that was asked for."""
    directory = path / "data" / "bar"
    # Directories are named like bar types, without the slash of a currency pair.
    prefix = f"{identifier}-".replace("/", "")
    names = sorted(each.name for each in directory.iterdir()) if directory.is_dir() else []
    types = [
        BarType.from_str(f"{identifier}-{name.removeprefix(prefix)}")
        for name in names
        if name.startswith(prefix) and BAR.fullmatch(name.removeprefix(prefix))
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


def _query(catalog: ParquetDataCatalog, path: Path, bar_type: BarType, span: Span) -> list[Bar]:
    limits: dict[str, Any] = {"start": _nanoseconds(span.start), "end": _nanoseconds(span.end)}
    try:
        found = catalog.bars(bar_types=[str(bar_type)], **limits)
    except Exception as error:
        raise SourceUnavailable(f"cannot read {bar_type} from the catalog {path}: {error}") from error
    return [each for each in found if each.bar_type == bar_type]


def _nanoseconds(moment: datetime | None) -> int | None:
    return None if moment is None else max(microseconds(moment), 0) * 1000
