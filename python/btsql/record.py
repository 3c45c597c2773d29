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


def plain(value: object) -> Any:  # noqa: PLR0911 - one line for each JSON type
    """Return the JSON value of anything: text that PostgreSQL takes, NaN and infinities as text."""
    match value:
        case None | bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else _not_finite(value)
        case str():
            return clean_text(value)
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        case dict():
            return {clean_text(str(key)): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case set() | frozenset():
            return sorted((plain(item) for item in value), key=repr)
    return _plain_by_protocol(value)


def _plain_by_protocol(value: object) -> Any:
    from collections.abc import Mapping  # noqa: PLC0415
    from decimal import Decimal  # noqa: PLC0415

    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, Mapping):
        return plain(dict(value))
    if hasattr(value, "item") and callable(value.item):  # a numpy scalar
        return plain(value.item())
    return clean_text(str(value))


def _decimal(value: Decimal) -> int | float | str:
    """Return the number when a JSON reader keeps it exactly, else its text."""
    if value.is_nan():  # a signalling one cannot be made a float
        return "NaN"
    if value.is_infinite():
        return _not_finite(float(value))
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
