"""Runs side by side, for programs: exact, in UTC, under the names of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from btsql.render.comparing import best_ids, facts_of, ids_of
from btsql.render.documents import machine_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from btsql.comparison import ComparedField


def comparison_document(fields: Sequence[ComparedField], *, has_baseline: bool) -> dict[str, Any]:
    """Return the comparison of runs: numbers as numbers, the best runs as a list of ids."""
    ids = ids_of(fields)
    document: dict[str, Any] = {
        "runs": ids,
        "baseline": ids[0] if has_baseline else None,
        "cautions": [field.field.removeprefix("other ") for field in fields if field.section == "caution"],
    }
    document["fields"] = [
        _field_document(field, ids, has_baseline=has_baseline) for field in facts_of(fields)
    ]
    return document


def comparison_rows(fields: Sequence[ComparedField]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the comparison as rows, one for each field, with a column for each run."""
    ids = ids_of(fields)
    rows = []
    for field in facts_of(fields):
        one = _field_document(field, ids, has_baseline=False)
        row = {name: one[name] for name in ("section", "field", "differs", "best")}
        rows.append(row | dict(zip(ids, one["values"], strict=True)))
    return rows, ["section", "field", *ids, "differs", "best"]


def _field_document(field: ComparedField, ids: Sequence[str], *, has_baseline: bool) -> dict[str, Any]:
    values = [machine_value(value) for value in field.values]
    document = {
        "section": field.section,
        "field": field.field,
        "values": values,
        "differs": field.differs,
        "best": best_ids(field, ids),
    }
    if has_baseline and field.section == "metric":
        document["changes"] = [
            None if value is None or values[0] is None else value - values[0] for value in values
        ]
    return document
