"""A recorded run as something to execute again, from its record alone."""

from __future__ import annotations

import copy
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from nautilus_trader.backtest.config import BacktestEngineConfig, BacktestRunConfig
from nautilus_trader.backtest.node import BacktestNode
from nautilus_trader.config import LoggingConfig, StrategyConfig
from nautilus_trader.model import instruments as definitions
from nautilus_trader.model.objects import Currency, Money

from btsql.adapters import hooks
from btsql.adapters.components import components_of, strategy_of
from btsql.adapters.configs import read_config
from btsql.adapters.context import REPRODUCTION, Reproduction, RunContext, to_datetime
from btsql.adapters.market_data import MarketData
from btsql.adapters.snapshot import takes_no_config
from btsql.adapters.sources import load
from btsql.adapters.venues import add_venue, venue_arguments
from btsql.errors import BtsqlError, OperationFailed, SourceUnavailable, UsageError
from btsql.signals import recorded_endings
from btsql.sources import DataSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from decimal import Decimal

    from btsql.recorder import Recorder
    from btsql.reproduction import Variation
    from btsql.run_details import RunDetails

WITHOUT_EFFECT = ("streaming", "message_bus", "catalogs", "controller")
"""Parts of an engine's configuration that write or read elsewhere, and do not change a result."""
FILES = ("csv", "catalog", "mock")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """A run that is ready to be executed again.

    Attributes
    ----------
    reproduction : Reproduction
        Its `saved_id` is the new run's id once that is committed.
    engine : BacktestEngine | None
        What will run; None for a node, which makes its engine when it runs.
    execute : callable
        Runs it, and raises what the backtest raises.

    """

    reproduction: Reproduction
    engine: Any
    execute: Callable[[], None]

    def run(self) -> Exception | None:
        """Run it, and return what the backtest raised."""
        try:
            with recorded_endings():
                self.execute()
        except Exception as exc:  # noqa: BLE001 - it is in the record, and in the verdict
            return exc
        self.dispose()
        return None

    def dispose(self) -> None:
        """Let go of an engine that is not going to run any more."""
        if self.engine is not None:
            self.engine.dispose()


def rebuild(run: RunDetails, variation: Variation, recorder: Recorder, *, is_dry: bool = False) -> Rebuilt:
    """Build a recorded run again, with what is to be varied, to be recorded there if it is not dry.

    Raises
    ------
    SourceUnavailable
        If its strategy, its data or something that was not captured is not there.
    UsageError
        If what is to be varied does not fit the run.
    OperationFailed
        If the engine cannot be made of it any more.

    """
    snapshot = run.snapshot
    reproduction = Reproduction(
        origin_run_id=run.run_id,
        recorder=recorder,
        changes=variation.changes(run),
        random_state=snapshot.get("random_state"),
        is_dry=is_dry,
    )
    if snapshot.get("run_config"):
        return _rebuilt_node(run, variation, reproduction)
    return _rebuilt_engine(run, variation, reproduction)


@contextmanager
def reproducing(reproduction: Reproduction) -> Iterator[None]:
    """Have the runs that begin inside the block belong to a reproduction."""
    token = REPRODUCTION.set(reproduction)
    try:
        yield
    finally:
        REPRODUCTION.reset(token)


# ---- engines


def _rebuilt_engine(run: RunDetails, variation: Variation, reproduction: Reproduction) -> Rebuilt:
    snapshot = run.snapshot
    # What can be checked in no time first: the data may take some.
    strategies = _strategies(run, variation)
    components = components_of(snapshot)
    venues = _venues(run, variation)
    instruments = [_instrument(document) for document in snapshot.get("instruments") or []]
    markets = _markets(run, variation, instruments)
    with _made_again(), reproducing(reproduction):  # one that cannot be made is a failure that has an origin
        engine = hooks.RecordedEngine(_engine_config(snapshot))
    engine.recorder = reproduction.recorder
    try:
        with _made_again():
            for venue in venues:
                add_venue(engine, venue)
            for instrument in _definitions(instruments, markets):
                engine.add_instrument(instrument)
            for market in markets:
                engine.add_data(market.bars)
            for actor in components["actors"]:
                engine.add_actor(actor)
            for algorithm in components["exec_algorithms"]:
                engine.add_exec_algorithm(algorithm)
            for strategy in strategies:
                engine.add_strategy(strategy)
    except BaseException:
        engine.dispose()
        raise
    asked = _asked_of_engine(run, variation)

    def execute() -> None:
        with reproducing(reproduction):
            context = RunContext(
                strategy_name=run.strategy_name if run.strategy_name != run.strategy_type else None,
                data_source=str(markets[0].description["kind"]),
                data=[market.description for market in markets],
                start=None if asked else markets[0].start,
                end=None if asked else markets[0].end,
            )
        context.venues = _recorded_venues(run, variation)
        engine.expect(context)
        engine.run(*asked)

    return Rebuilt(
        reproduction=reproduction,
        engine=engine,
        execute=execute,
    )


@contextmanager
def _made_again() -> Iterator[None]:
    """Say of what the engine raises that it is the making of the run that failed, not the run."""
    try:
        yield
    except BtsqlError:
        raise
    except Exception as error:
        raise OperationFailed(f"the engine cannot be made again: {type(error).__name__}: {error}") from error


def _engine_config(snapshot: dict[str, Any]) -> Any:
    document = dict(snapshot.get("engine") or {})
    for name in (*WITHOUT_EFFECT, "strategies", "actors", "exec_algorithms", "logging"):
        document.pop(name, None)
    cache = document.get("cache")
    if isinstance(cache, dict):
        document["cache"] = cache | {"database": None}
    try:
        config, _ = read_config(BacktestEngineConfig, document)
    except Exception as error:
        raise SourceUnavailable(f"this engine does not take the recorded settings: {error}") from error
    return msgspec.structs.replace(config, logging=LoggingConfig(log_level="ERROR", log_colors=False))


def _asked_of_engine(run: RunDetails, variation: Variation) -> tuple[Any, ...]:
    """Return the arguments of `engine.run()`; btsql's own runs ask their data for a range instead."""
    data = run.snapshot.get("data") or [{}]
    if data[0].get("kind") in FILES:
        return ()
    asked = run.snapshot.get("range") or {}
    if not (asked.get("start") or asked.get("end")):
        return ()
    return variation.start or asked.get("start"), variation.end or asked.get("end")


# ---- strategies


def _strategies(run: RunDetails, variation: Variation) -> list[Any]:
    stored = run.snapshot.get("strategies") or []
    if variation.parameters and len(stored) != 1:
        raise UsageError(f"the run has {len(stored)} strategies: --set does not say whose parameter it means")
    return [_strategy(document, variation, run) for document in stored]


def _strategy(document: dict[str, Any], variation: Variation, run: RunDetails) -> Any:
    path = document["strategy_path"]
    try:
        found, config = strategy_of(document, dict(variation.parameters), _recorded_names(run))
    except SourceUnavailable as error:
        noted = f"the config of strategy {path} "
        if not any(str(item).startswith(noted) for item in run.snapshot.get("not_captured") or []):
            raise
        raise SourceUnavailable(
            f"the config of {path} was not captured: some value in it has no JSON form",
            hint=_as_recorded(run),
        ) from error
    if type(config) is StrategyConfig and takes_no_config(found):
        raise SourceUnavailable(
            f"{path} takes no configuration, and what it was given instead is not in the record",
            hint="Have its constructor take one parameter, config, and run that once more.",
        )
    try:
        return found(config)
    except Exception as error:
        raise SourceUnavailable(
            f"{path} cannot be created: {type(error).__name__}: {error}", hint=_as_recorded(run)
        ) from error


def _recorded_names(run: RunDetails) -> set[str]:
    """Return the names of the parameters of the strategies, of which several have theirs one level below."""
    if len(run.snapshot["strategies"]) == 1:
        return set(run.parameters)
    return {name for values in run.parameters.values() for name in values}


def _as_recorded(run: RunDetails) -> str:
    return f"What was recorded is still there: btsql config {run.short_id[:8]} --snapshot"


# ---- venues


def _recorded_venues(run: RunDetails, variation: Variation) -> list[dict[str, Any]]:
    if "engine" not in run.snapshot:
        raise SourceUnavailable(
            f"run {run.short_id[:8]} ended before its engine was made: there is nothing to build again",
            hint=f"See where it failed with: btsql show {run.short_id[:8]} --traceback",
        )
    venues: list[dict[str, Any]] = copy.deepcopy(run.snapshot.get("venues") or [])
    if not venues or any("oms_type" not in venue for venue in venues):
        raise SourceUnavailable(
            "the settings of the venues were not captured",
            hint="The engine was made before btsql watched: call btsql.autosave() first, and run once more.",
        )
    if variation.capital is not None:
        if len(venues) != 1 or len(venues[0]["starting_balances"]) != 1:
            raise UsageError("the run has several balances, so that --capital does not say which it means")
        venues[0]["starting_balances"] = [_balance(run, variation.capital)]
    return venues


def _balance(run: RunDetails, capital: Decimal) -> str:
    return str(Money(capital, Currency.from_str(run.currency or "USD")))


def _venues(run: RunDetails, variation: Variation) -> list[dict[str, Any]]:
    try:
        return [venue_arguments(venue) for venue in _recorded_venues(run, variation)]
    except UsageError as error:
        raise SourceUnavailable(f"the venue cannot be built again: {error}", hint=error.hint) from error


# ---- data


def _instrument(document: dict[str, Any]) -> Any:
    kind = getattr(definitions, str(document.get("type")), None)
    if kind is None:
        raise SourceUnavailable(f"this engine has no kind of instrument {document.get('type')!r}")
    try:
        return kind.from_dict(document)
    except Exception as error:
        raise SourceUnavailable(
            f"the instrument {document.get('id')} cannot be made again: {error}"
        ) from error


def _definitions(recorded: list[Any], markets: list[MarketData]) -> list[Any]:
    """Return the recorded instruments, those of a catalog in its own present definition."""
    loaded = {market.instrument.id: market.instrument for market in markets}
    return [loaded.get(instrument.id, instrument) for instrument in recorded] or list(loaded.values())


def _markets(run: RunDetails, variation: Variation, instruments: list[Any]) -> list[MarketData]:
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
    instrument = _instrument_of(bar, instruments)
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
        raise SourceUnavailable(
            f"the data of run {run.short_id[:8]} is unavailable: {error}",
            hint="\n".join(filter(None, (error.hint, f"It was {_expected(run, [described])}."))),
        ) from error


def _instrument_of(bar: str, instruments: list[Any]) -> Any:
    found = next((each for each in instruments if bar.startswith(f"{each.id}-")), None)
    if found is None:
        raise SourceUnavailable(f"the record has no instrument for bars of {bar}")
    return found


def _market_for(run: RunDetails, variation: Variation, bar: str, instruments: list[Any]) -> MarketData:
    """Load from a file what had been handed over in memory: the same type of bars, at the same times."""
    instrument = _instrument_of(bar, instruments)
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


# ---- nodes


def _rebuilt_node(run: RunDetails, variation: Variation, reproduction: Reproduction) -> Rebuilt:
    document = _varied(run, variation)
    _no_secret_is_missing(document)
    try:
        config, _ = read_config(BacktestRunConfig, document)
    except Exception as error:
        raise SourceUnavailable(f"this engine does not take the recorded settings: {error}") from error
    if run.status != "failure":  # else what is not there may be the very failure to reproduce
        for strategy in document["engine"].get("strategies") or []:
            strategy_of(strategy, {})
        for data in document["data"]:
            _check_catalog(run, data)

    def execute() -> None:
        owner = object()
        hooks.install(owner)
        try:
            with reproducing(reproduction):
                BacktestNode(configs=[config]).run()
        finally:
            hooks.uninstall(owner)

    return Rebuilt(reproduction=reproduction, engine=None, execute=execute)


def _varied(run: RunDetails, variation: Variation) -> dict[str, Any]:
    document: dict[str, Any] = copy.deepcopy(run.snapshot["run_config"])
    document["raise_exception"] = True  # so that it is seen here too
    document["engine"] |= {name: None for name in WITHOUT_EFFECT if name in document["engine"]} | {
        "catalogs": [],
        "logging": {"log_level": "ERROR", "log_colors": False},
    }
    if variation.parameters:
        strategies = document["engine"].get("strategies") or []
        if len(strategies) != 1:
            raise UsageError(
                f"the run has {len(strategies)} strategies: --set does not say whose parameter it means"
            )
        _, config = strategy_of(strategies[0], dict(variation.parameters))
        strategies[0]["config"] = msgspec.json.decode(config.json())
    if variation.capital is not None:
        venues = document["venues"]
        if len(venues) != 1 or len(venues[0]["starting_balances"]) != 1:
            raise UsageError("the run has several balances, so that --capital does not say which it means")
        venues[0]["starting_balances"] = [_balance(run, variation.capital)]
    if variation.start is not None:
        document["start"] = variation.start.isoformat()
    if variation.end is not None:
        document["end"] = variation.end.isoformat()
    if variation.data is not None:
        catalog = variation.data.path
        if variation.data.kind != "catalog" or catalog is None:
            raise UsageError("a node reads catalogs only", hint="Give --data catalog:PATH.")
        for data in document["data"]:
            data["catalog_path"] = str(catalog.absolute())
    return document


def _no_secret_is_missing(document: Any, place: str = "") -> None:
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for name, value in items:
        if value == "not saved":
            raise SourceUnavailable(
                f"the run needs {place}{name}, which is a secret and therefore not in the record",
                hint="Run it from your own script, which has it.",
            )
        if isinstance(value, (dict, list)):
            _no_secret_is_missing(value, f"{place}{name}.")


def _check_catalog(run: RunDetails, data: dict[str, Any]) -> None:
    """Refuse a catalog that is gone or empty, which a node would run on without a word."""
    if data.get("catalog_fs_protocol") not in {None, "file"}:
        return
    path = Path(data["catalog_path"])
    wanted = data.get("instrument_id") or ", ".join(data.get("instrument_ids") or data.get("bar_types") or [])
    expected = f"Run {run.short_id[:8]} read {wanted} from it. Elsewhere: --data catalog:PATH."
    if not path.is_dir():
        raise SourceUnavailable(f"the catalog {path} does not exist", hint=expected)
    if not any(path.glob("data/**/*.parquet")):
        raise SourceUnavailable(f"the catalog {path} is empty", hint=expected)
    identifier = data.get("instrument_id")
    if identifier and not any(path.glob(f"data/*/{str(identifier).replace('/', '')}*/*.parquet")):
        raise SourceUnavailable(f"the catalog {path} has no data of {identifier}", hint=expected)
