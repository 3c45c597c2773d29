"""Strategies found by their name or import path, and their configurations made from plain values."""

from __future__ import annotations

import difflib
import importlib
import inspect
import json
import sys
import types
import typing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec
from nautilus_trader.common.config import msgspec_decoding_hook
from nautilus_trader.config import StrategyConfig
from nautilus_trader.trading.strategy import Strategy

from btsql.errors import SourceUnavailable, UsageError
from btsql.strategies import BUILTIN

if typing.TYPE_CHECKING:
    from collections.abc import Mapping

    from btsql.adapters.market_data import MarketData

NOT_FINITE: Final = ("NaN", "Infinity", "-Infinity")
ANYTHING_RAISED: Final = (Exception, SystemExit)
"""What somebody's module may raise; a script without a main guard ends the process that imports it."""


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


def instantiate(resolved: ResolvedStrategy, config: Any) -> Any:
    """Return the strategy, made of its config.

    Raises
    ------
    SourceUnavailable
        If it raises anything.

    """
    try:
        return resolved.strategy_class(config)
    except ANYTHING_RAISED as error:
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
        text = _as_text(field, value) if value is None or isinstance(value, bool | int | float) else None
        if text is not None and value is not None:
            return text
        hint = None if isinstance(error, KeyError) else f"{error}"
        if text is not None:  # nobody who means nothing wants to test with a word for it
            hint = f"In quotes it is a text: '{field.name}=\"null\"'."
        raise UsageError(
            f"{field.name} must be {_type_name(field.type)}, not {'null' if value is None else repr(value)}",
            hint=hint,
        ) from error


def _as_text(field: msgspec.structs.FieldInfo, value: float | None) -> str | None:
    """Return a number, a truth value or null as the text that a parameter of type text takes, or None."""
    text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else json.dumps(value)
    try:
        converted = msgspec.convert(text, field.type, dec_hook=msgspec_decoding_hook)
    except (msgspec.ValidationError, ValueError, TypeError, KeyError):
        return None
    return converted if isinstance(converted, str) else None


def _type_name(kind: Any) -> str:
    """Return what a type takes, in words."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        base, *notes = arguments
        limits = [limit for note in notes if isinstance(note, msgspec.Meta) for limit in _limits(base, note)]
        return " ".join([_type_name(base), *([" and ".join(limits)] if limits else [])])
    if origin in {typing.Union, types.UnionType}:
        return " or ".join(dict.fromkeys(_type_name(each) for each in arguments))
    names = {
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        str: "a text",
        Decimal: "a number",
        type(None): "null",
    }
    if kind in names:
        return names[kind]
    return getattr(kind, "__name__", None) or str(kind)


def _limits(kind: Any, meta: msgspec.Meta) -> list[str]:
    """Return what msgspec demands of a value besides its type, in words."""
    least, most = meta.ge, meta.le
    if kind is int:  # of whole numbers, the first that will do
        least = meta.gt + 1 if meta.gt is not None else least
        most = meta.lt - 1 if meta.lt is not None else most
    what = "characters" if kind is str else "items"
    given = {
        "of {} or more": least,
        "of more than {}": None if kind is int else meta.gt,
        "of {} at most": most,
        "of less than {}": None if kind is int else meta.lt,
        "that is a multiple of {}": meta.multiple_of,
        f"of {{}} or more {what}": meta.min_length,
        f"of {{}} {what} at most": meta.max_length,
        "that matches {}": meta.pattern,
    }
    return [text.format(value) for text, value in given.items() if value is not None]


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


def look_here() -> str | None:
    """Have modules be found in the current directory too, and return it; None where it was deleted."""
    try:
        here = str(Path.cwd())
    except OSError:
        return None
    if here not in sys.path:
        # Last, so that a file lying about cannot take the place of an installed package.
        sys.path.append(here)
    return here


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
    here = look_here()
    try:
        found: Any = importlib.import_module(module_name)
    except ANYTHING_RAISED as error:
        places = "Python's path" if here is None else f"Python's path and in {here}"
        raise SourceUnavailable(
            f"{path} cannot be imported: {type(error).__name__}: {error}", hint=f"Looked for on {places}."
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
