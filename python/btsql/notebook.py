"""What the Python functions return, as notebooks show it and as pandas has it."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar
from uuid import UUID

from btsql.comparison import ComparedField
from btsql.metric_names import FRACTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from _typeshed import DataclassInstance


Row_co = TypeVar("Row_co", bound="DataclassInstance", covariant=True)

LONGEST = 200  # characters of a cell
# What a table in a notebook leaves out: to_pandas() and the rows themselves have it.
NOT_SHOWN = frozenset({"run_id", "sort_value"})


class Rows(tuple[Row_co, ...], Generic[Row_co]):
    """The rows that a question has as its answer: a tuple that shows itself as a table.

    As HTML in a notebook, as the command line's when it is printed. What was `asked` tells that table which
    metric sorts or ranks (`metric`), and whether duplicates are `near` ones.
    """

    asked: dict[str, Any]

    def __new__(cls, rows: Iterable[Row_co] = (), **asked: Any) -> Self:
        """Make an answer of rows."""
        self = super().__new__(cls, rows)
        self.asked = asked
        return self

    def __str__(self) -> str:
        from btsql.render.answers import answer_text  # noqa: PLC0415 - for those who print it

        return answer_text(self, self.asked)

    def to_pandas(self) -> pd.DataFrame:
        """Return the rows as a pandas DataFrame, a column for each field, parameter and metric.

        Parameters have columns called `parameters.NAME`, metrics `metrics.NAME`, or NAME alone where that is
        a field of the row, as `total_return`. Ids are texts, amounts are floats, times are in UTC.

        Raises
        ------
        ModuleNotFoundError
            pandas is not installed.

        """
        import pandas as pd  # noqa: PLC0415 - for those who have it

        return pd.DataFrame([_plain(record) for record in self._records()])

    def _records(self) -> list[dict[str, Any]]:
        return [{name.name: getattr(row, name.name) for name in fields(row)} for row in self]

    def _repr_html_(self) -> str:
        records = self._records()
        names = [name for name in (records[0] if records else {}) if name not in NOT_SHOWN]
        return _table(names, [[_cell(name, record[name]) for name in names] for record in records])


class Comparison(Rows[ComparedField]):
    """Runs side by side: a row for each field, a column for each run.

    `to_pandas()` has the exact values, metrics as numbers; a notebook shows them as the command line does.
    """

    def _records(self) -> list[dict[str, Any]]:
        return [self._record(row, row.values) for row in self]

    def _record(self, row: ComparedField, values: Iterable[Any]) -> dict[str, Any]:
        runs = next((row.run_values for row in self if row.section == "run" and row.field == "run"), [])
        names = _distinct(str(name) for name in runs)
        return (
            {"section": row.section, "field": row.field}
            | dict(zip(names, values, strict=True))
            | {"differs": row.differs, "best": row.best}
        )

    def _repr_html_(self) -> str:
        from btsql.render.comparing import field_texts  # noqa: PLC0415 - for notebooks alone

        records = [self._record(row, field_texts(row)) for row in self]
        names = list(records[0] if records else {})
        return _table(names, [[_cell(name, record[name]) for name in names] for record in records])


def details_html(run: DataclassInstance) -> str:
    """Return all that is known of one run as a table, a row for each field that has a value."""
    known = ((name.name, getattr(run, name.name)) for name in fields(run))
    return _table(
        ["field", "value"],
        [[name, _cell(name, value)] for name, value in known if value not in (None, [], {})],
    )


def _distinct(names: Iterable[str]) -> list[str]:
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name, value in record.items():
        match value:
            case Decimal():
                plain[name] = float(value)
            case UUID():
                plain[name] = str(value)
            case datetime():
                plain[name] = value.astimezone(UTC)
            case dict() if name == "parameters":
                plain |= {f"parameters.{parameter}": given for parameter, given in value.items()}
            case dict() | None if name == "metrics":
                # Some metrics are fields too: these have their column.
                plain |= {
                    f"metrics.{metric}": v for metric, v in (value or {}).items() if metric not in record
                }
            case _:
                plain[name] = value
    return plain


def _cell(name: str, value: object) -> str:
    match value:
        case None:
            text = ""
        case Decimal() if name == "duration_seconds":
            text = f"{value:,.2f}"
        case float() if name in FRACTIONS:
            text = f"{value:.2%}"
        case float():
            text = f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.2f}"
        case datetime():
            text = value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC").removesuffix(" 00:00:00 UTC")
        case list() if all(isinstance(item, str) for item in value):
            text = " ".join(value)
        case dict() | list():
            text = json.dumps(value, ensure_ascii=False, default=str)
        case _:
            text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _table(names: list[str], rows: list[list[str]]) -> str:
    head = "".join(f"<th>{escape(name.replace('_', ' '))}</th>" for name in names)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    if not rows:
        return "<p>no run</p>"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
