"""The market data and the instruments of a recorded run, loaded again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nautilus_trader.model import instruments as definitions

from btsql.adapters.context import to_datetime
from btsql.adapters.market_data import MarketData
from btsql.adapters.sources import load
from btsql.errors import SourceUnavailable
from btsql.sources import DataSource

if TYPE_CHECKING:
    from datetime import datetime

    from btsql.reproduction import Variation
    from btsql.run_details import RunDetails

FILES = ("csv", "catalog", "mock")
"""Kinds of data that btsql loaded itself, and can load again."""


def instrument_of(document: dict[str, Any]) -> Any:
    """Return the instrument that a definition in the record describes."""
    kind = getattr(definitions, str(document.get("type")), None)
    if kind is None:
        raise SourceUnavailable(f"this engine has no kind of instrument {document.get('type')!r}")
    try:
        return kind.from_dict(document)
    except Exception as error:
        raise SourceUnavailable(
            f"the instrument {document.get('id')} cannot be made again: {error}"
        ) from error


def definitions_of(recorded: list[Any], markets: list[MarketData]) -> list[Any]:
    """Return the recorded instruments, those of a catalog in its own present definition."""
    loaded = {market.instrument.id: market.instrument for market in markets}
    return [loaded.get(instrument.id, instrument) for instrument in recorded] or list(loaded.values())


def markets_of(run: RunDetails, variation: Variation, instruments: list[Any]) -> list[MarketData]:
    """Load the data a run had, or what a variation names instead.

    Raises
    ------
    SourceUnavailable
        If it was handed over in memory and nothing is named, or it is not where it was.

    """
    described = [item for item in run.snapshot.get("data") or [] if isinstance(item, dict)]
    known = [item for item in described if item.get("kind") in FILES]
    if known:
        return [_market_again(run, variation, item, instruments) for item in known]
    if variation.data is None:
        raise SourceUnavailable(
            f"the market data of run {run.short_id[:8]} was handed over in memory, and is not in the record",
            hint=f"Say where it is: btsql rerun {run.short_id[:8]} --data csv:PATH, or catalog:PATH. "
            f"It was {_expected(run, described)}.",
        )
    kinds = [kind for item in described for kind in item.get("bar_types") or []]
    if not kinds:
        raise SourceUnavailable(
            f"the record of run {run.short_id[:8]} names no bars, in whose place others could be loaded",
            hint="It had other data, or ended before that was known. Run its script once more.",
        )
    return [_market_for(run, variation, kind, instruments) for kind in kinds]


def _market_again(
    run: RunDetails, variation: Variation, described: dict[str, Any], instruments: list[Any]
) -> MarketData:
    """Load what a data source's description says, or the same from elsewhere."""
    seed, path = described.get("seed"), described.get("path")
    recorded = DataSource(kind=described["kind"], path=None if path is None else Path(path), seed=seed)
    bar = str(described["bar"])
    instrument = _instrument_for(bar, instruments)
    source = variation.data or recorded
    try:
        return load(
            source,
            str(instrument.id),
            variation.start or run.data_start,
            variation.end or run.data_end,
            bar,
            currency=run.currency or "USD",
            definition=instrument,
        )
    except SourceUnavailable as error:
        hints = [error.hint, f"It was {_expected(run, [described])}."]
        if source.path is not None:
            hints.append(f"If it is elsewhere now: btsql rerun {run.short_id[:8]} --data {source.kind}:PATH")
        raise SourceUnavailable(
            f"the data of run {run.short_id[:8]} is unavailable: {error}", hint="\n".join(filter(None, hints))
        ) from error


def _instrument_for(bar: str, instruments: list[Any]) -> Any:
    found = next((each for each in instruments if bar.startswith(f"{each.id}-")), None)
    if found is None:
        raise SourceUnavailable(f"the record has no instrument for bars of {bar}")
    return found


def _market_for(run: RunDetails, variation: Variation, bar: str, instruments: list[Any]) -> MarketData:
    """Load from a file what had been handed over in memory: the same type of bars, at the same times."""
    instrument = _instrument_for(bar, instruments)
    assert variation.data is not None  # noqa: S101 - said by the caller
    market = load(
        variation.data, str(instrument.id), bar=bar, currency=run.currency or "USD", definition=instrument
    )
    first, last = variation.start or run.data_start, variation.end or run.data_end
    if last is not None and variation.end is None and "-DAY-" in bar:
        # A day's bar may be stamped with any instant of it, in memory with another than in a file.
        last = last.replace(hour=23, minute=59, second=59, microsecond=999_999)
    bars = [each for each in market.bars if _within(each.ts_init, first, last)]
    if not bars:
        raise SourceUnavailable(f"{variation.data} has no bars of {bar} from {first} to {last}")
    return MarketData(
        instrument=instrument,
        bar_type=market.bar_type,
        bars=bars,
        start=first or market.start,
        end=variation.end or run.data_end or market.end,
        description=market.description | {"rows": len(bars)},
    )


def _within(nanoseconds: int, first: datetime | None, last: datetime | None) -> bool:
    at = to_datetime(nanoseconds)
    return (first is None or at >= first) and (last is None or at <= last)


def _expected(run: RunDetails, described: list[dict[str, Any]]) -> str:
    first = described[0] if described else {}
    what = first.get("bar") or ", ".join(first.get("bar_types") or first.get("instruments") or [])
    count = first.get("rows") or first.get("items")
    span = f"{run.data_start:%Y-%m-%d} to {run.data_end:%Y-%m-%d}" if run.data_start and run.data_end else ""
    place = f"in {first['path']}" if "path" in first else ""
    return " ".join(filter(None, (f"{count} bars of {what}" if count else what, span, place)))
