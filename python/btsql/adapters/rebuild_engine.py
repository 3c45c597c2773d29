"""A recorded run of an engine, built again: its strategies, its venues, its settings."""

from __future__ import annotations

import copy
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.config import LoggingConfig, StrategyConfig
from nautilus_trader.model.objects import Currency

from btsql.adapters import hooks
from btsql.adapters.components import components_of, strategy_of
from btsql.adapters.configs import read_config, to_plain
from btsql.adapters.context import RunContext, reproducing
from btsql.adapters.rebuild_data import definitions_of, instrument_of, markets_of
from btsql.adapters.snapshot import takes_no_config
from btsql.adapters.strategies import ANYTHING_RAISED
from btsql.adapters.venues import add_venue, opening_balance, venue_arguments
from btsql.errors import BtsqlError, OperationFailed, SourceUnavailable, UsageError
from btsql.record import plain
from btsql.sources import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from btsql.adapters.context import Reproduction
    from btsql.reproduction import Variation
    from btsql.run_details import RunDetails

WITHOUT_EFFECT = ("streaming", "message_bus", "catalogs", "controller")
"""Parts of an engine's configuration that write or read elsewhere, and do not change a result."""


def rebuild_engine(
    run: RunDetails, variation: Variation, reproduction: Reproduction
) -> tuple[Any, Callable[[], None]]:
    """Build a run of an engine again; returns the engine, and what runs it."""
    snapshot = run.snapshot
    # What can be checked in no time first: the data may take some.
    stored = snapshot.get("strategies") or []
    check_whose_parameters(stored, variation)
    strategies = [_strategy(document, variation, run) for document in stored]
    made = varied_parameters(run, variation, stored, [config for _, config in strategies])
    reproduction.changes = variation.changes(run, made)
    components = components_of(snapshot)
    venues = _venues(run, variation)
    instruments = [instrument_of(document) for document in snapshot.get("instruments") or []]
    markets = markets_of(run, variation, instruments)
    with _made_again(), reproducing(reproduction):  # one that cannot be made is a failure that has an origin
        engine = hooks.RecordedEngine(_engine_config(snapshot))
    engine.recorder = reproduction.recorder
    try:
        with _made_again():
            for venue in venues:
                add_venue(engine, venue)
            for instrument in definitions_of(instruments, markets):
                engine.add_instrument(instrument)
            for market in markets:
                engine.add_data(market.bars)
            for actor in components["actors"]:
                engine.add_actor(actor)
            for algorithm in components["exec_algorithms"]:
                engine.add_exec_algorithm(algorithm)
            for strategy, _ in strategies:
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
                start=min(market.start for market in markets),
                end=max(market.end for market in markets),
            )
        context.venues = _recorded_venues(run, variation)
        engine.expect(context)
        engine.run(*asked)

    return engine, execute


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
    if data[0].get("kind") in KINDS:
        return ()
    asked = run.snapshot.get("range") or {}
    if not (asked.get("start") or asked.get("end")):
        return ()
    return variation.start or asked.get("start"), variation.end or asked.get("end")


def _strategy(document: dict[str, Any], variation: Variation, run: RunDetails) -> tuple[Any, Any]:
    """Return a recorded strategy, made again, and the configuration it was made with."""
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
        return found(config), config
    except ANYTHING_RAISED as error:
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
    vary_capital(venues, run, variation)
    return venues


def _venues(run: RunDetails, variation: Variation) -> list[dict[str, Any]]:
    venues = _recorded_venues(run, variation)
    try:
        return [venue_arguments(venue) for venue in venues]
    except UsageError as error:
        raise SourceUnavailable(f"the venue cannot be built again: {error}", hint=error.hint) from error


# ---- variations, of a node's run too


def check_whose_parameters(strategies: list[Any], variation: Variation) -> None:
    """Refuse other values for parameters where there is not the one strategy that has them."""
    if variation.parameters and len(strategies) != 1:
        raise UsageError(
            f"--set varies a run of one strategy only, and this run has {len(strategies) or 'none'}",
            hint="It can be varied by --start, --end, --data and --capital.",
        )


def varied_parameters(
    run: RunDetails, variation: Variation, strategies: list[Any], configs: list[Any]
) -> dict[str, tuple[Any, Any]]:
    """Return of each parameter that is to have another value what was recorded, and what it was made of it.

    `configs` are those made for the recorded `strategies`, of which there is one where a parameter is varied.
    """
    if not variation.parameters:
        return {}
    # The record of a run leaves out what every strategy has, while it has its default.
    recorded = (strategies[0].get("config") or {}) | run.parameters
    return {
        name: (recorded.get(name), plain(to_plain(getattr(configs[0], name))))
        for name in variation.parameters
    }


def vary_capital(venues: list[dict[str, Any]], run: RunDetails, variation: Variation) -> None:
    """Put the capital asked for, if any, in the place of the one balance there is."""
    if variation.capital is None:
        return
    if len(venues) != 1 or len(venues[0]["starting_balances"]) != 1:
        raise UsageError("the run has several balances, so that --capital does not say which it means")
    balance = opening_balance(variation.capital, Currency.from_str(run.currency or "USD"))
    venues[0]["starting_balances"] = [str(balance)]
