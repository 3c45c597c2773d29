"""Values and rows for programs: exact, in UTC, under the keys of the record."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from btsql.record import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from btsql.run_details import RunDetails
    from btsql.runs import RunSummary

LISTS_OF_OBJECTS = {"annotations"}


def machine_value(value: Any) -> Any:
    """Return a JSON value: times in UTC, exact numbers as numbers, as texts where a reader would round."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case Decimal():
            return plain(value)
        case None | str() | int() | float() | dict() | list():
            return value
    return str(value)


def as_json(value: Any) -> str:
    """Return indented JSON; what a terminal would obey or hide is escaped."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=machine_value)
    if text.isascii() and "\x7f" not in text:
        return text
    return "".join(c if c == "\n" or c.isprintable() else json.dumps(c)[1:-1] for c in text)


def as_json_line(value: Any) -> str:
    """Return JSON on one line."""
    return json.dumps(value, ensure_ascii=False, default=machine_value)


def row_document(row: Any) -> dict[str, Any]:
    """Return what a dataclass holds, under the names of its fields."""
    return {item.name: machine_value(getattr(row, item.name)) for item in fields(row)}


def summary_document(run: RunSummary, sort_by: str) -> dict[str, Any]:
    """Return a listed run under the keys of the record document, with the metric that sorts."""
    document = row_document(run)
    value = document.pop("sort_value")
    return document if sort_by == "started_at" or sort_by in document else document | {sort_by: value}


def details_document(run: RunDetails) -> dict[str, Any]:
    """Return a whole run under the keys of the record document, its metrics flattened."""
    document: dict[str, Any] = {}
    for item in fields(run):
        if item.name == "error_type":
            document["error"] = None
            if run.error_type is not None:
                traceback = run.error_traceback
                document["error"] = {
                    "type": run.error_type,
                    "message": run.error_message,
                    "traceback": traceback,
                }
        elif not item.name.startswith("error_"):
            document[item.name] = machine_value(getattr(run, item.name))
    return document


def as_delimited(documents: Sequence[Mapping[str, Any]], names: Sequence[str], delimiter: str) -> str:
    """Return rows under a header; texts in a list are joined by spaces, objects are JSON, None is empty."""
    import csv  # noqa: PLC0415
    import io  # noqa: PLC0415

    def line(cells: Sequence[Any]) -> str:
        # Only what is part of the line's end is quoted by every Python: a carriage return has to be.
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
        return text.getvalue().removesuffix("\r\n") + "\n"

    return "".join(
        [line(names), *(line([_cell(name, document[name]) for name in names]) for document in documents)]
    )


def _cell(name: str, value: Any) -> Any:
    if isinstance(value, list) and name not in LISTS_OF_OBJECTS:
        return " ".join(str(item) for item in value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=machine_value)
    return value
