"""From a request to a Nautilus engine that is ready to run."""

from __future__ import annotations

import difflib
import importlib
import inspect
import sys
import threading
import typing
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec
from nautilus_trader.backtest.config import BacktestEngineConfig
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.common.config import msgspec_decoding_hook
from nautilus_trader.config import LoggingConfig, StrategyConfig
from nautilus_trader.model.enums import AccountType, OmsType
from nautilus_trader.model.identifiers import TraderId
from nautilus_trader.model.instruments import Equity
from nautilus_trader.model.objects import Currency, Money
from nautilus_trader.trading.strategy import Strategy

from btsql.adapters.capture import identity_of
from btsql.adapters.context import RunContext
from btsql.adapters.snapshot import venue_settings
from btsql.adapters.sources import MarketData, load
from btsql.adapters.venues import add_venue, venue_arguments
from btsql.errors import SourceUnavailable, UsageError
from btsql.record import plain
from btsql.strategies import BUILTIN

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from btsql.request import BacktestRequest

TRADER_ID: Final = "BTSQL-001"
NOT_FINITE: Final = ("NaN", "Infinity", "-Infinity")
OF_THE_REQUEST: Final = {"venue", "starting_balances", "base_currency"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedStrategy:
    """A strategy that was found.

    Attributes
    ----------
    kind : str
        The built-in name, or the class name.
    strategy_path, config_path : str
        Import paths, `package.module:Class`.
    strategy_class, config_class : type
        The classes.

    """

    kind: str
    strategy_path: str
    config_path: str
    strategy_class: type[Any]
    config_class: type[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """An engine ready to run, and what it was made of.

    Attributes
    ----------
    request : BacktestRequest
        What was asked for.
    engine : BacktestEngine
        Holds venue, instrument, bars and strategy; `engine.run()` is all that is left, then `dispose()`.
    market : MarketData
        Instrument, bars, range, and the description of the source.
    resolved : ResolvedStrategy
        Names and classes of the strategy.
    strategy : Strategy
        The instance in the engine.
    config : StrategyConfig
        Its parameters, defaults included.
    venue : dict[str, object]
        The settings of the venue, as the snapshot has them.

    """

    request: BacktestRequest
    engine: BacktestEngine
    market: MarketData
    resolved: ResolvedStrategy
    strategy: Any
    config: Any
    venue: dict[str, Any]


def build(
    request: BacktestRequest,
    *,
    engine_class: type[BacktestEngine] = BacktestEngine,
    log_level: str = "ERROR",
) -> Backtest:
    """Load strategy and data, and put them into an engine.

    The venue is a simulated exchange with the instrument's own venue name and netting. Shares are traded on
    a cash account, or on a margin account when the strategy's parameter `allow_short` is set; everything
    else on a margin account without leverage.

    Parameters
    ----------
    request : BacktestRequest
        What to run.
    engine_class : type[BacktestEngine]
        The class of the engine.
    log_level : str
        Nautilus Trader's log level; `ERROR` writes to standard error only, `OFF` nothing. Nautilus sets up
        its log once in a process, so the first engine decides.

    Raises
    ------
    UsageError
        If a parameter is unknown, missing, or of a wrong type or value, or the currency does not fit.
    SourceUnavailable
        If the strategy or the data cannot be loaded.

    """
    # The strategy first: it is found, or not, in no time, where the data may take some.
    resolved = resolve(request.strategy)
    check_parameters(resolved, request.parameters)
    market = load(
        request.data,
        request.instrument,
        request.start,
        request.end,
        request.bar,
        currency=request.currency,
    )
    config = make_config(resolved, request.parameters, market)
    strategy = _instantiate(resolved, config)
    venue = _venue(request, market, margin=bool(getattr(config, "allow_short", False)))
    engine = engine_class(
        config=BacktestEngineConfig(
            trader_id=TraderId(TRADER_ID),
            logging=LoggingConfig(log_level=log_level, log_colors=False),
        ),
    )
    try:
        add_venue(engine, venue)
        engine.add_instrument(market.instrument)
        engine.add_data(market.bars)
        engine.add_strategy(strategy)
    except BaseException:
        engine.dispose()
        raise
    return Backtest(
        request=request,
        engine=engine,
        market=market,
        resolved=resolved,
        strategy=strategy,
        config=config,
        venue=_recorded_venue(venue, request),
    )


def identity(backtest: Backtest) -> dict[str, Any]:
    """Return what a backtest is going to test, as `find_duplicates` takes it."""
    market, request = backtest.market, backtest.request
    context = RunContext(
        data_source=request.data.kind,
        data=[market.description],
        start=market.start,
        end=market.end,
        venues=[backtest.venue],
    )
    money = {"initial_capital": plain(request.capital), "currency": request.currency}
    return identity_of(backtest.engine, context) | money


def resolve_strategy(name_or_path: str) -> tuple[type[Any], type[Any]]:
    """Return the strategy class and its config class.

    Raises
    ------
    SourceUnavailable
        As for `resolve`.

    """
    resolved = resolve(name_or_path)
    return resolved.strategy_class, resolved.config_class


def resolve(name_or_path: str) -> ResolvedStrategy:
    """Find a strategy by its built-in name or its import path `package.module:Class`.

    A path is looked for where Python looks, and in the current directory last. The config class is the one
    the constructor's parameter `config` is annotated with, else the one called like the strategy with
    `Config` behind, in the same module.

    Raises
    ------
    SourceUnavailable
        If there is no such name, the module cannot be imported, or the class is no Nautilus strategy.

    """
    builtin = BUILTIN.get(name_or_path)
    if builtin is not None:
        return ResolvedStrategy(
            kind=builtin.name,
            strategy_path=builtin.strategy_path,
            config_path=builtin.config_path,
            strategy_class=strategy_class_of(builtin.strategy_path),
            config_class=attribute(builtin.config_path),
        )
    if ":" not in name_or_path:
        raise _unknown_name(name_or_path)
    strategy_class = strategy_class_of(name_or_path)
    config_class = _config_class(strategy_class)
    kinds = {each.strategy_path: each.name for each in BUILTIN.values()}
    return ResolvedStrategy(
        kind=kinds.get(name_or_path, strategy_class.__name__),
        strategy_path=name_or_path,
        config_path=f"{config_class.__module__}:{config_class.__qualname__}",
        strategy_class=strategy_class,
        config_class=config_class,
    )


def check_parameters(resolved: ResolvedStrategy, parameters: Mapping[str, object]) -> None:
    """Refuse parameters the strategy does not have.

    Raises
    ------
    UsageError
        Naming the parameters there are, and the one that was probably meant.

    """
    known = {field.name for field in msgspec.structs.fields(resolved.config_class)}
    general = {field.name for field in msgspec.structs.fields(StrategyConfig)}
    for name in parameters:
        if name not in known:
            own = sorted(known - general)
            raise UsageError(
                f"{resolved.kind} has no parameter {name!r}{suggestion(name, own)}",
                hint=f"Its parameters: {', '.join(own) or 'none'}.",
            )


def make_config(resolved: ResolvedStrategy, parameters: Mapping[str, object], market: MarketData) -> Any:
    """Return the strategy's config: the parameters given, instrument and bar type of the data, its defaults.

    Raises
    ------
    UsageError
        If a parameter is missing, or of a wrong type or value.

    """
    values = {**_of_market(resolved.config_class, market)}
    for field in msgspec.structs.fields(resolved.config_class):
        if field.name not in parameters:
            continue
        value = converted(field, parameters[field.name])
        if field.name in values and values[field.name] != value:
            raise UsageError(
                f"{field.name} is {values[field.name]} from the data, and {value} as a parameter",
                hint="Leave the parameter out.",
            )
        values[field.name] = value
    missing = [
        field.name
        for field in msgspec.structs.fields(resolved.config_class)
        if field.required and field.name not in values
    ]
    if missing:
        raise UsageError(
            f"{resolved.kind} needs a value for {', '.join(missing)}",
            hint=f"For example --set {missing[0]}=VALUE.",
        )
    try:
        return resolved.config_class(**values)
    except (ValueError, TypeError) as error:
        raise UsageError(str(error)) from error


def progress(engine: BacktestEngine, total: int | None = None) -> tuple[int, int]:
    """Return how many pieces of data the engine has processed, and how many there are.

    Reading a counter changes nothing in the run, and may be done from another thread: the engine's loop is
    compiled, but calls the strategy's Python code at every bar, where Python lets other threads run.

    Parameters
    ----------
    engine : BacktestEngine
        Running, or not.
    total : int | None
        How many there are, if known; else the engine's data is copied to be counted.

    """
    total = len(engine.data) if total is None else total
    return min(int(engine.iteration), total), total


@contextmanager
def watching(
    engine: BacktestEngine,
    report: Callable[[int, int], object],
    *,
    total: int | None = None,
    every: float = 0.1,
) -> Iterator[None]:
    """Call `report(done, total)` while the block runs the engine, and once when it is left.

    Parameters
    ----------
    engine : BacktestEngine
        The engine that runs.
    report : Callable[[int, int], object]
        Called from a thread of its own; what it raises ends the reports, not the run.
    total : int | None
        How many pieces of data there are, if known.
    every : float
        Seconds between two calls.

    """
    total = len(engine.data) if total is None else total
    done = threading.Event()

    def poll() -> None:
        try:
            while not done.wait(every):
                report(*progress(engine, total))
            report(*progress(engine, total))
        except Exception:  # noqa: BLE001, S110 - a display that fails must not reach the backtest
            pass

    thread = threading.Thread(target=poll, name="btsql-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _venue(request: BacktestRequest, market: MarketData, *, margin: bool) -> dict[str, Any]:
    instrument = market.instrument
    if instrument.quote_currency.code != request.currency:
        raise UsageError(
            f"{instrument.id} is priced in {instrument.quote_currency}, the account is in {request.currency}",
            hint=f"Use {instrument.quote_currency} as currency: there is no rate to book the profit by.",
        )
    currency = Currency.from_str(request.currency)
    chosen = {name: value for name, value in request.venue.items() if name not in OF_THE_REQUEST}
    if len(chosen) != len(request.venue):
        raise UsageError(
            "venue, starting_balances and base_currency are no settings of the venue here",
            hint="Instrument, capital and currency say them.",
        )
    cash = isinstance(instrument, Equity) and not margin
    return {
        "venue": instrument.id.venue,
        "oms_type": OmsType.NETTING,
        "account_type": AccountType.CASH if cash else AccountType.MARGIN,
        "base_currency": currency,
        "starting_balances": [Money(request.capital, currency)],
        "default_leverage": Decimal(1),
    } | venue_arguments(chosen)


def _recorded_venue(arguments: dict[str, Any], request: BacktestRequest) -> dict[str, Any]:
    """Return the venue as the snapshot has it; a fill model does not tell the seed that it was given."""
    settings = venue_settings((), arguments)
    asked = request.venue.get("fill_model")
    if isinstance(asked, Mapping) and asked.get("random_seed") is not None:
        settings["fill_model"]["random_seed"] = asked["random_seed"]
    return settings


def _instantiate(resolved: ResolvedStrategy, config: Any) -> Any:
    try:
        return resolved.strategy_class(config)
    except Exception as error:
        raise SourceUnavailable(
            f"{resolved.strategy_path} cannot be created: {type(error).__name__}: {error}",
        ) from error


def _of_market(config_class: type[Any], market: MarketData) -> dict[str, Any]:
    """Return what the data determines, by the names that strategies use for it."""
    found = {
        "instrument_id": market.instrument.id,
        "instrument_ids": [market.instrument.id],
        "bar_type": market.bar_type,
        "bar_types": [market.bar_type],
    }
    fields = {field.name: field for field in msgspec.structs.fields(config_class)}
    return {
        name: converted(fields[name], str(value) if not isinstance(value, list) else [str(value[0])])
        for name, value in found.items()
        if name in fields
    }


def converted(field: msgspec.structs.FieldInfo, value: object) -> Any:
    """Return a value as the config wants it, from what TOML, JSON or code gives."""
    plain = list(value) if isinstance(value, tuple) else value
    if field.type is float and plain in NOT_FINITE:
        plain = float(str(plain))
    try:
        return msgspec.convert(plain, field.type, dec_hook=msgspec_decoding_hook)
    except (msgspec.ValidationError, ValueError, TypeError, KeyError) as error:
        if isinstance(value, bool | int | float):
            text = _as_text(field, value)
            if text is not None:
                return text
        raise UsageError(
            f"{field.name} must be {_type_name(field.type)}, not {value!r}",
            hint=None if isinstance(error, KeyError) else f"{error}",
        ) from error


def _as_text(field: msgspec.structs.FieldInfo, value: float) -> Any:
    """Return a number as the text that a parameter of type text takes, or None."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    try:
        converted = msgspec.convert(text, field.type, dec_hook=msgspec_decoding_hook)
    except (msgspec.ValidationError, ValueError, TypeError, KeyError):
        return None
    return converted if isinstance(converted, str) else None


def _type_name(kind: Any) -> str:
    names = {
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        str: "a text",
        Decimal: "a number",
    }
    if kind in names:
        return names[kind]
    return getattr(kind, "__name__", None) or str(kind)


def _unknown_name(name: str) -> SourceUnavailable:
    return SourceUnavailable(
        f"there is no strategy {name!r}{suggestion(name, list(BUILTIN))}",
        hint=f"Built in are {', '.join(BUILTIN)}; your own are named package.module:Class.",
    )


def suggestion(name: str, known: list[str]) -> str:
    """Return `; did you mean ...?` for a name that is much like a known one, else nothing."""
    close = difflib.get_close_matches(name, known, n=3)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def strategy_class_of(path: str) -> type[Any]:
    """Return the strategy class of an import path.

    Raises
    ------
    SourceUnavailable
        If it cannot be imported, or is no Nautilus strategy.

    """
    found = attribute(path)
    if not (inspect.isclass(found) and issubclass(found, Strategy)):
        raise SourceUnavailable(f"{path} is no Nautilus strategy, but {_described(found)}")
    return found


def _described(found: object) -> str:
    return f"the class {found.__qualname__}" if inspect.isclass(found) else f"of type {type(found).__name__}"


def attribute(path: str) -> Any:
    """Return what an import path `package.module:Name` names.

    Raises
    ------
    SourceUnavailable
        If the module cannot be imported, or has no such name.

    """
    module_name, _, name = path.partition(":")
    if not module_name or not name:
        raise SourceUnavailable(f"{path!r} is no import path", hint="It is written package.module:Class.")
    here = str(Path.cwd())
    if here not in sys.path:
        # Last, so that a file lying about cannot take the place of an installed package.
        sys.path.append(here)
    try:
        found: Any = importlib.import_module(module_name)
    except Exception as error:
        raise SourceUnavailable(
            f"{path} cannot be imported: {type(error).__name__}: {error}",
            hint=f"Looked for on Python's path and in {here}.",
        ) from error
    module = found
    for part in name.split("."):
        found = getattr(found, part, None)
    if found is None:
        classes = [
            key
            for key, value in vars(module).items()
            if inspect.isclass(value) and issubclass(value, Strategy) and value.__module__ == module.__name__
        ]
        raise SourceUnavailable(
            f"{module_name} has no {name}{suggestion(name, classes)}",
            hint=f"Its strategies: {', '.join(classes) or 'none'}.",
        )
    return found


def _config_class(strategy_class: type[Any]) -> type[Any]:
    annotated = _annotated_config(strategy_class)
    if annotated is not None:
        return annotated
    module = sys.modules[strategy_class.__module__]
    named = getattr(module, f"{strategy_class.__name__}Config", None)
    if inspect.isclass(named) and issubclass(named, StrategyConfig):
        return named
    return StrategyConfig


def _annotated_config(strategy_class: type[Any]) -> type[Any] | None:
    """Return the type of the constructor's `config`, if it says one."""
    try:
        hints = typing.get_type_hints(strategy_class.__init__)
    except (NameError, TypeError):
        return None
    for kind in (hints.get("config"), *typing.get_args(hints.get("config"))):
        if inspect.isclass(kind) and issubclass(kind, StrategyConfig) and kind is not StrategyConfig:
            return kind
    return None
