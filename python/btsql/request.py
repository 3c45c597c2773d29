"""What a backtest is asked to do, from the command line, a file or code; nothing is loaded here."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from btsql.errors import UsageError
from btsql.sources import DataSource

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT_CAPITAL: Final = Decimal(100000)
DEFAULT_CURRENCY: Final = "USD"

# Elsewhere a comma may be meant as the decimal one.
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
# A date is recorded by four digits of its year, in any time zone.
_FIRST_DATE, _LAST_DATE = datetime(1000, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
_LAST_INSTANT = time(23, 59, 59, 999999, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestRequest:
    """One backtest, described.

    Attributes
    ----------
    strategy : str
        A built-in name, or the import path `package.module:Class`.
    instrument : str
        `SYMBOL.VENUE`.
    data : DataSource
        Where the bars come from.
    start, end : datetime | None
        Range of the data, both ends included, with a time zone; None for all data.
    capital : Decimal
        Starting balance in `currency`, above 0.
    currency : str
        Currency of the account.
    parameters : Mapping[str, object]
        Parameters of the strategy that differ from its defaults.
    bar : str | None
        Bar specification such as `1-DAY-LAST`, if the data has more than one.
    name : str | None
        The user's label for the run.
    venue : Mapping[str, object]
        Settings of the simulated exchange, by the names of the arguments of `BacktestEngine.add_venue()`; a
        model is `{"class": name, setting: value}`. `build()` chooses what is left out.

    Raises
    ------
    UsageError
        If a value is not valid for its field.

    """

    strategy: str
    instrument: str
    data: DataSource
    start: datetime | None = None
    end: datetime | None = None
    capital: Decimal = DEFAULT_CAPITAL
    currency: str = DEFAULT_CURRENCY
    parameters: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    bar: str | None = None
    name: str | None = None
    venue: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse what no backtest could be made of."""
        symbol, dot, venue = self.instrument.rpartition(".")
        if not (symbol.strip() and dot and venue.strip()):
            raise UsageError(
                f"the instrument must be SYMBOL.VENUE, not {self.instrument!r}",
                hint="For example AAPL.XNAS or EUR/USD.SIM.",
            )
        if not self.strategy.strip():
            raise UsageError("the strategy must not be empty")
        check_capital(self.capital)
        check_range(self.start, self.end)


def check_capital(capital: Decimal) -> None:
    """Refuse a capital that is no amount above 0, with UsageError."""
    if not capital.is_finite() or capital <= 0:
        raise UsageError(f"the capital must be above 0, not {capital}")


def check_range(start: datetime | None, end: datetime | None) -> None:
    """Refuse a range without a time zone, of unusual years or that begins after its end, with UsageError."""
    for name, moment in (("start", start), ("end", end)):
        if moment is not None and moment.utcoffset() is None:
            raise UsageError(f"the {name} must have a time zone, not {moment.isoformat()}")
        if moment is not None:
            _require_usual(name, moment)
    check_order(start, end)


def check_order(start: datetime | None, end: datetime | None) -> None:
    """Refuse a range that begins after its end, with UsageError."""
    if start is not None and end is not None and start > end:
        raise UsageError(f"the start, {start.isoformat()}, is after the end, {end.isoformat()}")


KEYS: Final = tuple(item.name for item in fields(BacktestRequest))
"""The keys a file may hold."""


def from_mapping(
    mapping: Mapping[str, object],
    overrides: Mapping[str, object] | None = None,
) -> BacktestRequest:
    """Make a request of plain values, as TOML and JSON have them.

    Parameters
    ----------
    mapping : Mapping[str, object]
        Values by the names of the request's fields. Dates are text (ISO 8601), `date` or `datetime`; without
        a time zone they are UTC, and a bare date as `end` includes that day.
    overrides : Mapping[str, object] | None
        Values that win over `mapping`, where they are not None; `parameters` are merged one by one.

    Raises
    ------
    UsageError
        If a key is unknown or missing, or a value cannot be read; the message names the key.

    """
    merged = _merge(mapping, overrides or {})
    unknown = sorted(set(merged) - set(KEYS))
    if unknown:
        raise UsageError(f"unknown: {', '.join(unknown)}", hint=f"What may be given: {', '.join(KEYS)}.")
    missing = [key for key in ("strategy", "instrument", "data") if key not in merged]
    if missing:
        raise UsageError(f"missing: {', '.join(missing)}")
    values: dict[str, Any] = {key: _READERS[key](key, value) for key, value in merged.items()}
    return BacktestRequest(**values)


def from_file(path: Path, overrides: Mapping[str, object] | None = None) -> BacktestRequest:
    """Read a request from a TOML or a JSON file.

    Parameters
    ----------
    path : Path
        The file, or `-` for standard input. A relative path of its data source counts from the file's own
        directory.
    overrides : Mapping[str, object] | None
        As for `from_mapping`.

    Raises
    ------
    UsageError
        If the file cannot be read, is not well formed, or as for `from_mapping`; the message names the file.

    """
    try:
        if str(path) == "-":
            content = content_of(sys.stdin.read())
        else:
            text = path.read_text(encoding="utf-8-sig")
            content = content_of(text, is_json=path.suffix.lower() == ".json")
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error
    except UsageError as error:
        raise UsageError(f"{path}: {error}", hint=error.hint) from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not well formed: {error}") from error
    if not isinstance(content, dict):
        raise UsageError(f"{path} must hold an object of keys and values")
    try:
        return from_mapping(_anchored(content, path.parent), overrides)
    except UsageError as error:
        raise UsageError(f"{path}: {error}", hint=error.hint) from error


def parse_assignment(text: str) -> tuple[str, object]:
    """Read `key=value`; the value as JSON or TOML would read a scalar or a list, else as text.

    Examples
    --------
    >>> parse_assignment("fast_period=10"), parse_assignment("label=fast one")
    (('fast_period', 10), ('label', 'fast one'))

    Raises
    ------
    UsageError
        If there is no `=`, or no key before it.

    """
    key, equals, value = text.partition("=")
    key = key.strip()
    if not equals or not key:
        raise UsageError(f"expected key=value, not {text!r}", hint="For example --set fast_period=10.")
    return key, _scalar(value.strip())


def parse_moment(key: str, value: object) -> datetime:
    """Read a date or an instant; the bare date of an `end` stands for the last instant of that day.

    Raises
    ------
    UsageError
        If `value` is neither; the message names `key`.

    """
    moment = _moment(value)
    if moment is None:
        raise UsageError(f"{key} must be a date such as 2024-01-31, not {value!r}")
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, _LAST_INSTANT if key == "end" else time(tzinfo=UTC))
    elif moment.utcoffset() is None:
        moment = moment.replace(tzinfo=UTC)
    _require_usual(key, moment)
    return moment


def _require_usual(name: str, moment: datetime) -> None:
    if not _FIRST_DATE <= moment < _LAST_DATE:
        raise UsageError(f"the {name} must be in the years 1000 to 9998, not {moment.isoformat()}")


def _moment(value: object) -> date | None:
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        return None
    text = value.strip()
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _merge(base: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    merged = {key: value for key, value in base.items() if value is not None}
    for key, value in over.items():
        if value is None:
            continue
        old = merged.get(key)
        if key == "parameters" and isinstance(old, Mapping) and isinstance(value, Mapping):
            merged[key] = {**old, **value}
        else:
            merged[key] = value
    return merged


def _text(key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"{key} must be a text, not {value!r}")
    return value.strip()


def _currency(key: str, value: object) -> str:
    return _text(key, value).upper()


def _source(key: str, value: object) -> DataSource:
    return value if isinstance(value, DataSource) else DataSource.parse(_text(key, value))


def parse_capital(key: str, value: object) -> Decimal:
    """Read an amount of money.

    Raises
    ------
    UsageError
        If `value` is not an amount; the message names `key`.

    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise UsageError(f"{key} must be a number, not {value!r}")
    text = str(value).strip()  # by way of its text, a float keeps the digits that were written
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise UsageError(f"{key} must be a number, not {value!r}") from error


def _parameters(key: str, value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise UsageError(f"{key} must hold names and values, not {value!r}")
    return MappingProxyType(dict(value))


_READERS: Final = {
    "strategy": _text,
    "instrument": _text,
    "data": _source,
    "start": parse_moment,
    "end": parse_moment,
    "capital": parse_capital,
    "currency": _currency,
    "parameters": _parameters,
    "bar": _text,
    "name": _text,
    "venue": _parameters,
}


def content_of(text: str, *, is_json: bool = False) -> Any:
    """Return what a JSON or TOML text holds; TOML has no null, so `unset` lists the values that are null.

    Raises
    ------
    ValueError
        The text is neither.
    UsageError
        `unset` names no value.

    """
    if is_json or text.lstrip().startswith("{"):  # as no TOML does
        return json.loads(text)
    content = tomllib.loads(text)
    return _with_nulls(content) if "unset" in content else content


def _with_nulls(content: dict[str, Any]) -> dict[str, Any]:
    paths = content.pop("unset")
    if not isinstance(paths, list):
        raise UsageError(f"unset must be a list of names, not {paths!r}")
    for path in paths:
        try:
            _unset(content, tomllib.loads(f"{path} = 0"))
        except (ValueError, TypeError, AttributeError) as error:  # below what is no table, too
            hint = 'For example unset = ["parameters.limit"].'
            raise UsageError(f"unset: {path!r} is no name of a value", hint=hint) from error
    return content


def _unset(content: Any, names: dict[str, Any]) -> None:
    ((name, below),) = names.items()
    if isinstance(below, dict):
        _unset(content.setdefault(name, {}), below)
    else:
        content[name] = None


def _anchored(content: dict[str, object], directory: Path) -> dict[str, object]:
    """Make a relative data path independent of where the command is typed."""
    data = content.get("data")
    if not isinstance(data, str):
        return content
    source = DataSource.parse(data)
    if source.path is None or source.path.is_absolute():
        return content
    return {**content, "data": DataSource(kind=source.kind, path=directory / source.path)}


def _scalar(text: str) -> object:
    if text == "null":
        return None
    try:
        value: object = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        value = _toml_scalar(text)
    return text if isinstance(value, dict) or value is None else value


def _no_constant(name: str) -> object:
    # NaN and Infinity are no JSON; as text they meet the check of the parameter's type.
    raise ValueError(name)


def _toml_scalar(text: str) -> object:
    try:
        content = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    value = content.get("value")
    finite = not isinstance(value, float) or value - value == 0
    return value if len(content) == 1 and isinstance(value, str | int | float) and finite else text
