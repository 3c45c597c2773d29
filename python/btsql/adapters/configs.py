"""Configurations and values of Nautilus Trader as JSON, and back."""

from __future__ import annotations

import json
import re
from enum import Enum
from types import FunctionType
from typing import TYPE_CHECKING, Any

import msgspec

from btsql.record import entered, plain, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = re.compile(r"password|secret|token|credential|(^|_)key$", re.IGNORECASE)
UNKNOWN_FIELD = re.compile(r"contains unknown field `(?P<name>[^`]+)`(?: - at `\$\.?(?P<place>[^`]*)`)?")


DEEPEST = 100  # levels of a parameter; the document that it gets into allows for some more


def to_plain(value: Any, within: tuple[int, ...] = ()) -> Any:  # noqa: PLR0911 - one line for each kind of value
    """Return the JSON value of anything found in an engine's configuration.

    What cannot be read is told in its place; `within` are the ids of what the value is in.
    """
    try:
        if isinstance(value, Enum):
            return value.name
        if isinstance(value, (type, FunctionType)):
            return f"{value.__module__}:{value.__qualname__}"
        if hasattr(value, "__struct_fields__"):
            inside = entered(value, within, DEEPEST)
            return {name: to_plain(getattr(value, name), inside) for name in value.__struct_fields__}
        if isinstance(value, dict):
            inside = entered(value, within, DEEPEST)
            return {str(key): to_plain(item, inside) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            inside = entered(value, within, DEEPEST)
            return [to_plain(item, inside) for item in value]
        if hasattr(value, "tolist"):  # an array
            return to_plain(value.tolist(), within)
        kind: Any = type(value)
        if kind.__str__ is object.__str__ and kind.__repr__ is object.__repr__:
            return to_plain(kind)  # its text would be an address, another one each time
        return plain(value)
    except Exception as exc:  # noqa: BLE001 - it is somebody's own class, and one value of many
        return unreadable(value, exc)


def config_json(config: Any) -> Any:
    """Return a Nautilus configuration as the JSON that its class reads back; None if it came back changed."""
    try:
        text = config.json()
        # Compared by their plain values: a NaN comes back as null, an identifier may come back as its text.
        same = plain(to_plain(type(config).parse(text))) == plain(to_plain(config))
        document = json.loads(text)
        whole = to_plain(document) == document  # nothing of it is too deep, or is no text of a database
    except Exception:  # noqa: BLE001 - some value in it has no JSON form
        return None
    return document if same and whole else None


def importable(config: Any) -> Any:
    """Return a Nautilus configuration to build it again from, as well as it can be told, without secrets."""
    exact = config_json(config)
    return without_secrets(to_plain(config) if exact is None else exact)


def without_secrets(value: Any, name: str = "") -> Any:
    """Return a configuration's JSON value without passwords and keys of databases and file systems."""
    if isinstance(value, dict):
        # What a strategy calls a token may be a coin.
        return {key: item if key == "config" else without_secrets(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [without_secrets(item, name) for item in value]
    return "not saved" if isinstance(value, str) and SECRET.search(name) else value


def read_config(config_class: Any, document: Any) -> tuple[Any, list[str]]:
    """Return the configuration that a JSON value stands for, and what of it the class does not know.

    Raises
    ------
    Exception
        What the class raises of a value that it does not take.

    """
    lacking: list[str] = []
    remaining = json.loads(json.dumps(document))
    while True:
        try:
            config = config_class.parse(json.dumps(remaining))
        except Exception as exc:
            unknown = UNKNOWN_FIELD.search(str(exc))
            if unknown is None:
                raise
            holder = remaining
            for part in re.findall(r"[^.\[\]]+", unknown["place"] or ""):
                holder = holder[int(part)] if isinstance(holder, list) else holder[part]
            del holder[unknown["name"]]
            lacking.append(".".join(filter(None, (unknown["place"], unknown["name"]))))
        else:
            return config, lacking + list(_ignored(remaining, config))


def _ignored(document: Any, made: Any, place: str = "") -> Iterator[str]:
    """Yield what a JSON object has and the structure that was made of it has not: most classes ignore it."""
    if not isinstance(document, dict) or not isinstance(made, msgspec.Struct):
        return
    names = {field.encode_name: field.name for field in msgspec.structs.fields(made)}
    for name, value in document.items():
        if name in names:
            yield from _ignored(value, getattr(made, names[name]), f"{place}{name}.")
        elif name != type(made).__struct_config__.tag_field:
            yield f"{place}{name}"
