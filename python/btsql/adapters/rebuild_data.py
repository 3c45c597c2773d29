"""The market data and the instruments of a recorded run, loaded again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nautilus_trader.model import instruments as definitions

from btsql.adapters.context import to_datetime
from btsql.adapters.ohlcv import MICROSECOND
from btsql.adapters.selection import BarSpec
from btsql.adapters.sources import load
from btsql.errors import SourceUnavailable
from btsql.record import plain
from btsql.sources import KINDS, DataSource

if TYPE_CHECKING:
    from nautilus_trader.model.identifiers import InstrumentId

    from btsql.adapters.market_data import MarketData
    from btsql.reproduction import Variation
    from btsql.run_details import RunDetails


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
    known = [item for item in described if item.get("kind") in KINDS]
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
    loaded_by = described.get("range") or {}
    start, end = (
        asked or (datetime.fromisoformat(loaded_by[name]) if name in loaded_by else dated)
        for name, asked, dated in (
            ("start", variation.start, run.data_start),
            ("end", variation.end, run.data_end),
        )
    )
    try:
        market = load(
            source, str(instrument.id), start, end, bar, currency=run.currency or "USD", definition=instrument
        )
    except SourceUnavailable as error:
        hints = [error.hint, f"It was {_expected(run, [described])}."]
        if source.path is not None:
            hints.append(f"If it is elsewhere now: btsql rerun {run.short_id[:8]} --data {source.kind}:PATH")
        raise SourceUnavailable(
            f"the data of run {run.short_id[:8]} is unavailable: {error}", hint="\n".join(filter(None, hints))
        ) from error
    return _dated_as_recorded(market, run, variation, start, end)


def _instrument_for(bar: str, instruments: list[Any]) -> Any:
    found = next((each for each in instruments if bar.startswith(f"{each.id}-")), None)
    if found is None:
        raise SourceUnavailable(f"the record has no instrument for bars of {bar}")
    return found


def _market_for(run: RunDetails, variation: Variation, bar: str, instruments: list[Any]) -> MarketData:
    """Load from a file what had been handed over in memory: the same type of bars, at the same times."""
    instrument = _instrument_for(bar, instruments)
    source = variation.data
    assert source is not None  # noqa: S101 - said by the caller
    first, last = _range_in_memory(run, source, bar, instrument.id)
    start, end = variation.start or first, variation.end or last
    market = load(
        source, str(instrument.id), start, end, bar, currency=run.currency or "USD", definition=instrument
    )
    if source.kind == "catalog" and run.data_start is not None and run.data_end is not None:
        # Its bars are found by the times that they are stamped with, which most often are those in memory.
        start = variation.start or min(run.data_start, to_datetime(market.bars[0].ts_init))
        end = variation.end or max(run.data_end, to_datetime(market.bars[-1].ts_init))
    return _dated_as_recorded(market, run, variation, start, end)


def _dated_as_recorded(
    market: MarketData, run: RunDetails, variation: Variation, start: datetime | None, end: datetime | None
) -> MarketData:
    """Return data with the dates in the record of a run, by which its runs are compared.

    Where the bars were loaded by others, because a file has them at other times of those days than memory
    had, the description says so: they are what loads the same bars once more.
    """
    dates = {"start": variation.start or run.data_start, "end": variation.end or run.data_end}
    loaded_by = {"start": start, "end": end}
    others = {name: plain(moment) for name, moment in loaded_by.items() if moment != dates[name]}
    return replace(
        market,
        start=dates["start"] or market.start,
        end=dates["end"] or market.end,
        description=market.description | ({"range": others} if others else {}),
    )


def _range_in_memory(
    run: RunDetails, source: DataSource, bar: str, identifier: InstrumentId
) -> tuple[datetime | None, datetime | None]:
    """Return the range in which a source has the bars that were in memory, whose times alone are known."""
    first, last = run.data_start, run.data_end
    if first is None or last is None:
        return first, last
    if "-DAY-" in bar:
        # A day's bar may be stamped with any instant of it, in memory with another than in a file. Where an
        # end was asked of the engine, it ends there again.
        is_end_asked = bool((run.snapshot.get("range") or {}).get("end"))
        day = datetime.combine(last, time.max, last.tzinfo)
        return datetime.combine(first, time.min, first.tzinfo), last if is_end_asked else day
    if source.kind == "catalog":
        return first, last
    # A bar of a file lies in a range from its beginning on, and the first in memory ended when that began.
    length = timedelta(microseconds=BarSpec.parse(bar, identifier).interval() - MICROSECOND)
    return first - length, last


def _expected(run: RunDetails, described: list[dict[str, Any]]) -> str:
    first = described[0] if described else {}
    what = first.get("bar") or ", ".join(first.get("bar_types") or first.get("instruments") or [])
    count = first.get("rows") or first.get("items")
    span = f"{run.data_start:%Y-%m-%d} to {run.data_end:%Y-%m-%d}" if run.data_start and run.data_end else ""
    place = f"in {first['path']}" if "path" in first else ""
    return " ".join(filter(None, (f"{count} bars of {what}" if count else what, span, place)))
