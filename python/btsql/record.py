"""The record of one finished backtest, in no engine's terms: what adapters make and `record_run` takes."""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

Status = Literal["success", "failure", "interrupted"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Python neither writes nor reads a longer number as it comes, and writes any as hexadecimal text.
MOST_DIGITS = 4_300
TOO_LARGE = 10**MOST_DIGITS


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One finished run; the fields are the keys of the record document, format 1.

    Times are aware datetimes. Metrics are fractions, ratios, counts and amounts of `currency`. What is None
    is left out of the document.
    """

    run_id: UUID
    started_at: datetime
    duration_seconds: float | None
    status: Status
    strategy_type: str
    strategy_path: str
    parameters: Mapping[str, Any]
    snapshot: Mapping[str, Any]
    strategy_name: str | None = None
    instruments: tuple[str, ...] | None = None
    data_start: datetime | None = None
    data_end: datetime | None = None
    initial_capital: Decimal | float | None = None
    currency: str | None = None
    data_source: str | None = None
    environment: Mapping[str, Any] | None = None
    error: Mapping[str, str] | None = None
    origin_run_id: UUID | None = None
    changes: Mapping[str, Any] | None = None
    metrics: Mapping[str, float | int | None] | None = field(default=None)
    undefined_metrics: Mapping[str, str] | None = None
    engine_figures: Mapping[str, Any] | None = None

    def document(self) -> str:
        """Return the record document as JSON text that PostgreSQL takes whatever the values hold."""
        values = {name: getattr(self, name) for name in self.__slots__}
        given = {name: plain(value) for name, value in values.items() if value is not None}
        return json.dumps(given, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def new_run_id(started_at: datetime) -> UUID:
    """Return a new UUID version 7 (RFC 9562) whose milliseconds are those of `started_at`."""
    milliseconds = (started_at - EPOCH) // (datetime.resolution * 1000)
    random = int.from_bytes(os.urandom(10))
    value = (milliseconds & (2**48 - 1)) << 80 | random
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0b11 << 62) | 0b10 << 62
    return UUID(int=value)


def short_id(run_id: UUID) -> str:
    """Return the digits that people see and type."""
    return run_id.hex[-12:-4]


DEEPEST = 120  # levels of a value; a JSON reader gives up somewhere above


class NotPlain(Exception):
    """A value has no JSON form, and why."""


def plain(value: object, within: tuple[int, ...] = ()) -> Any:  # noqa: PLR0911 - one line for each JSON type
    """Return the JSON value of anything: text that PostgreSQL takes, NaN and infinities as text.

    What cannot be read is told in its place; `within` are the ids of what the value is in.
    """
    try:
        match value:
            case None | bool():
                return value
            case int():
                return value if -TOO_LARGE < value < TOO_LARGE else hex(value)
            case float():
                return value if math.isfinite(value) else _not_finite(value)
            case str():
                return clean_text(value)
            case datetime():
                return _time(value)
            case dict():
                inside = entered(value, within, DEEPEST)
                return {_key(key): plain(item, inside) for key, item in value.items()}
            case list() | tuple():
                inside = entered(value, within, DEEPEST)
                return [plain(item, inside) for item in value]
            case set() | frozenset():
                inside = entered(value, within, DEEPEST)
                return sorted((plain(item, inside) for item in value), key=repr)
        return _plain_by_protocol(value, within)
    except Exception as exc:  # noqa: BLE001 - it is somebody's own class, and one value of many
        return unreadable(value, exc)


def entered(value: object, within: tuple[int, ...], deepest: int) -> tuple[int, ...]:
    """Return the ids of what the parts of a value are in; NotPlain where there is no end to them."""
    if id(value) in within:
        raise NotPlain("it contains itself")
    if len(within) >= deepest:
        raise NotPlain("it is nested too deeply")
    return (*within, id(value))


def unreadable(value: object, exc: Exception) -> str:
    """Return what stands for a value that raises when it is read."""
    kind = type(value)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}:{kind.__qualname__}"
    reason = str(exc) if isinstance(exc, NotPlain) else type(exc).__name__
    return clean_text(f"({name} that could not be read: {reason})")


def _time(value: datetime) -> str:
    """Return an instant in UTC; a time without a zone, and one that UTC has no date for, as it stands."""
    if value.tzinfo is None or value.utcoffset() is None:
        return value.isoformat()
    try:
        moment = value.astimezone(UTC)
    except (OverflowError, ValueError):
        return value.isoformat()
    precision = "nanoseconds" if getattr(moment, "nanosecond", 0) else "microseconds"  # pandas has them
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")


def _plain_by_protocol(value: object, within: tuple[int, ...]) -> Any:
    from collections.abc import Mapping  # noqa: PLC0415
    from decimal import Decimal  # noqa: PLC0415

    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, Mapping):
        return plain(dict(value), entered(value, within, DEEPEST))
    if hasattr(value, "tolist") and callable(value.tolist):  # of numpy, a scalar or an array
        listed = value.tolist()
        return clean_text(str(value)) if type(listed) is type(value) else plain(listed, within)
    return clean_text(str(value))


def _key(key: object) -> str:
    return clean_text(str(plain(key) if isinstance(key, int) and not isinstance(key, bool) else key))


def _decimal(value: Decimal) -> int | float | str:
    """Return the number when a JSON reader keeps it exactly, else its text."""
    if value.is_nan():  # a signalling one cannot be made a float
        return "NaN"
    if value.is_infinite():
        return _not_finite(float(value))
    if value and value.adjusted() >= MOST_DIGITS:  # a digit for each zero behind could fill all memory
        return str(value)
    if value == value.to_integral_value():
        return int(value)
    nearest = float(value)
    return nearest if type(value)(repr(nearest)) == value else str(value)


def _not_finite(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def clean_text(text: str) -> str:
    """Return text that PostgreSQL stores: NUL and lone surrogates become visible escapes."""
    if "\x00" in text:
        text = text.replace("\x00", "\\x00")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "backslashreplace").decode()
    return text
