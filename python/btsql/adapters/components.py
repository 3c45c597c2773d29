"""The strategies, actors and execution algorithms of a recorded run, made again."""

from __future__ import annotations

import math
from typing import Any

import msgspec
from nautilus_trader.common.config import ActorFactory, msgspec_encoding_hook
from nautilus_trader.config import (
    ExecAlgorithmFactory,
    ImportableActorConfig,
    ImportableExecAlgorithmConfig,
    StrategyConfig,
)

from btsql.adapters.configs import read_config
from btsql.adapters.strategies import attribute, converted, strategy_class_of, suggestion
from btsql.errors import SourceUnavailable, UsageError


def strategy_of(
    document: dict[str, Any], changes: dict[str, Any], recorded: set[str] | None = None
) -> tuple[type[Any], Any]:
    """Return the class and the configuration of a recorded strategy, with other values for some parameters.

    Raises
    ------
    SourceUnavailable
        If the class is gone or no strategy any more, or does not take its recorded parameters any more.
    UsageError
        If a change is none that the strategy takes.

    """
    path, config_path = document["strategy_path"], document["config_path"]
    for each in (path, config_path):
        _must_be_importable(each)
    found = strategy_class_of(path)
    config_class = attribute(config_path)
    fields = {field.name: field for field in msgspec.structs.fields(config_class)}
    general = {field.name for field in msgspec.structs.fields(StrategyConfig)}
    values = dict(document.get("config") or {})
    own = sorted(set(fields) - general)
    for name in changes:
        if name not in fields:
            raise UsageError(
                f"{path} has no parameter {name!r}{suggestion(name, own)}",
                hint=f"Its parameters: {', '.join(own) or 'none'}.",
            )
        values.pop(name, None)
    # What every strategy has, under another version of the engine, is no parameter of this one.
    values = {name: value for name, value in values.items() if name in fields or name in (recorded or values)}
    for name in values:
        if name not in fields:
            raise SourceUnavailable(
                f"{path} takes no parameter {name!r} any more{suggestion(name, own)}",
                hint=f"It was {values[name]!r}. Its parameters now: {', '.join(own) or 'none'}.",
            )
    given = {name: _as_json(name, converted(fields[name], value)) for name, value in changes.items()}
    try:
        config, unknown = read_config(config_class, values | given)
    except Exception as error:
        if given and _is_read(config_class, document):
            raise UsageError(str(error)) from error
        raise SourceUnavailable(
            f"{path} does not take its recorded parameters any more: {error}",
            hint="Its class has changed since; --set gives a parameter another value.",
        ) from error
    if unknown:
        raise SourceUnavailable(
            f"{path} takes no parameter {unknown[0]!r} any more",
            hint="Its class has changed since; --set gives a parameter another value.",
        )
    return found, config


def _as_json(name: str, value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        raise UsageError(f"{name} must be a finite number, not {value}, which no record can hold")
    return msgspec.json.decode(msgspec.json.encode(value, enc_hook=msgspec_encoding_hook))


def _is_read(config_class: type[Any], document: dict[str, Any]) -> bool:
    """Tell whether the class takes what was recorded, so that it must be a change that it does not take."""
    try:
        read_config(config_class, document.get("config") or {})
    except Exception:  # noqa: BLE001 - whatever a class raises of a value
        return False
    return True


def _must_be_importable(path: str) -> None:
    if path.startswith("__main__:"):
        raise SourceUnavailable(
            f"{path} was defined in a script, which is not saved",
            hint="Put the class into a module of its own, import it in the script, and run that once more.",
        )
    if "<locals>" in path:
        raise SourceUnavailable(
            f"{path} was defined inside a function, where nothing can import it",
            hint="Define the class in a module, outside functions, and run that once more.",
        )


def components_of(snapshot: dict[str, Any]) -> dict[str, list[Any]]:
    """Return the actors and execution algorithms of a run, made again."""
    makers: dict[str, tuple[str, Any, Any]] = {
        "actors": ("actor_path", ImportableActorConfig, ActorFactory),
        "exec_algorithms": ("exec_algorithm_path", ImportableExecAlgorithmConfig, ExecAlgorithmFactory),
    }
    made: dict[str, list[Any]] = {}
    for kind, (key, importable_class, factory) in makers.items():
        made[kind] = []
        for document in snapshot.get(kind) or []:
            _must_be_importable(document[key])
            attribute(document[key])
            try:
                made[kind].append(factory.create(importable_class(**document)))
            except Exception as error:
                raise SourceUnavailable(f"{document[key]} cannot be created: {error}") from error
    return made
