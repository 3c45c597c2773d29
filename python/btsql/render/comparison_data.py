"""Runs side by side, for programs: exact, in UTC, under the names of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from btsql.render.comparing import best_ids, facts_of, ids_of, number_of
from btsql.render.documents import machine_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from btsql.comparison import ComparedField
    from btsql.run_details import RunDetails

# What a comparison shorter than the record says it: times to the minute, numbers to six digits.
SHORTENED = frozenset({"data_start", "data_end", "started_at", "duration_seconds", "initial_capital"})


def comparison_document(
    fields: Sequence[ComparedField], runs: Sequence[RunDetails], *, has_baseline: bool
) -> dict[str, Any]:
    """Return the comparison of these runs: numbers as numbers, the best runs as a list of ids."""
    ids = ids_of(fields)
    document: dict[str, Any] = {
        "runs": ids,
        "baseline": ids[0] if has_baseline else None,
        "cautions": [field.field.removeprefix("other ") for field in fields if field.section == "caution"],
    }
    document["fields"] = [
        _field_document(field, runs, ids, has_baseline=has_baseline) for field in facts_of(fields)
    ]
    return document


def comparison_rows(
    fields: Sequence[ComparedField], runs: Sequence[RunDetails]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the comparison as rows, one for each field, with a column for each run."""
    ids = ids_of(fields)
    rows = []
    for field in facts_of(fields):
        one = _field_document(field, runs, ids, has_baseline=False)
        row = {name: one[name] for name in ("section", "field", "differs", "best")}
        rows.append(row | dict(zip(ids, one["values"], strict=True)))
    return rows, ["section", "field", *ids, "differs", "best"]


def _field_document(
    field: ComparedField, runs: Sequence[RunDetails], ids: Sequence[str], *, has_baseline: bool
) -> dict[str, Any]:
    values = [_exact(field, text, run) for text, run in zip(field.run_values, runs, strict=True)]
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


def _exact(field: ComparedField, text: str | None, run: RunDetails) -> Any:
    match field.section:
        case "metric":
            return getattr(run, field.field, number_of(text))
        case "run" if field.field in SHORTENED:
            return machine_value(getattr(run, field.field))
        case "parameter":
            value = run.parameters.get(field.field)
            return value if isinstance(value, int | float) and not isinstance(value, bool) else text
    return text
