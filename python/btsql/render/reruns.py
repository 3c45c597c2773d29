"""What was run again, and what was tested before, for people and for programs."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from btsql.duplicates import named_differences
from btsql.render.comparing import TITLES
from btsql.render.digits import USUAL, change_text, metric_texts
from btsql.render.documents import as_json_line, machine_value
from btsql.render.tables import Column, rich_text, table
from btsql.render.values import (
    COUNTS,
    FRACTIONS,
    UNDEFINED,
    instant,
    local_time,
    metric_text,
    money,
    percent,
    printable,
    ratio,
    zone_name,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from btsql.duplicates import DuplicateRun
    from btsql.reproduction import Origin, ReproducedRun, VerdictRow
    from btsql.run_details import RunDetails

STYLES = {"IDENTICAL": "bold green", "DIFFERS": "bold red", "VARIATION": "bold cyan"}
SHORTEST_TEXT = 60
SAME_THOUGH = "The result is identical although these differ:"
LABELS = TITLES | {"error_type": "error type", "error_message": "error message"}


def verdict_text(rows: Sequence[VerdictRow], width: int | None) -> str:
    """Return the verdict, the reasons in order, and the fields side by side where they differ."""
    head = rows[0]
    parts = [_headline(head, width)]
    listed = [row for row in rows if row.section in {"change", "reason", "caution"}]
    for section, title in (
        ("change", "Changed"),
        ("reason", "Likely reasons, the first the likeliest"),
        ("caution", SAME_THOUGH if head.field == "IDENTICAL" else "Besides"),
    ):
        lines = [_reason_line(row) for row in listed if row.section == section]
        if lines:
            parts.append("\n".join([title, *(f"  {line}" for line in lines), ""]))
    if head.field != "IDENTICAL":
        shown = [row for row in rows if row.section == "metric"]
        shown += [
            row
            for row in rows
            if row.section in ({"run"} if head.field == "VARIATION" else {"run", "figure"}) and row.differs
        ]
        parts.append(_side_by_side(shown, width))
    return "\n".join(part for part in parts if part)


def _headline(head: VerdictRow, width: int | None) -> str:
    what = {"IDENTICAL": "reproduces", "DIFFERS": "is not what", "VARIATION": "varies"}[head.field]
    rest = f"  run {head.reproduced_value} {what} {head.original_value}"
    rest += " was" if head.field == "DIFFERS" else ""
    note = f": {printable(head.note)}" if head.note else ""
    if width is None:
        return f"{head.field}{rest}{note}\n"
    from rich.text import Text  # noqa: PLC0415

    return rich_text(Text.assemble((head.field, STYLES[head.field]), f"{rest}{note}"), width)


def _reason_line(row: VerdictRow) -> str:
    values = [_short(value) for value in (row.original_value, row.reproduced_value)]
    if row.section == "change" and row.field in {"start", "end"}:
        values = [value and _instant_text(value) for value in values]
    if row.section == "change" or row.field.startswith("parameter "):
        between = f": {values[0] or 'unset'} -> {values[1] or 'unset'}"
    elif row.field == "not captured":
        between = f": {printable(row.original_value or '')}"
    else:
        between = f" ({values[0]} -> {values[1]})" if all(values) else ""
    note = f": {printable(row.note)}" if row.note else ""
    return f"{printable(row.field)}{between}{note}"


def _instant_text(text: str) -> str:
    try:
        return instant(datetime.fromisoformat(text)) or text
    except ValueError:  # a record of somebody else's may have anything there
        return text


def _short(value: str | None) -> str | None:
    if value is None:
        return None
    text = printable(value)
    return text if len(text) <= SHORTEST_TEXT else f"{text[: SHORTEST_TEXT - 3]}..."


def _side_by_side(rows: Sequence[VerdictRow], width: int | None) -> str:
    if not rows:
        return ""
    styles = [None if row.differs else "dim" for row in rows]
    shown = [_values(row) for row in rows]
    columns = {
        "": [LABELS.get(row.field, printable(row.field)) for row in rows],
        "original": [original for original, _, _ in shown],
        "reproduction": [reproduced for _, reproduced, _ in shown],
        "difference": [difference for _, _, difference in shown],
    }
    return table(
        [
            Column(
                title=title,
                cells=list(zip(texts, styles, strict=True)),
                right=bool(title),
                elastic=title != "difference",
            )
            for title, texts in columns.items()
        ],
        width,
    )


def _values(row: VerdictRow) -> tuple[str, str, str]:
    """Return both values and their difference as people read them, with the digits that tell them apart."""
    given = [row.original_value, row.reproduced_value]
    texts = [_value(row, value) for value in given]
    if not row.differs:
        return texts[0], texts[1], ""
    if row.difference is not None and row.section in {"metric", "figure"}:
        return _numbers(row, [float(text or "") for text in given], row.difference)
    difference = "" if row.difference is None else f"{row.difference:+,.2f}"
    if texts[0] == texts[1]:
        texts = [_in_full(row, text) for text in given]
    return texts[0], texts[1], difference


def _numbers(row: VerdictRow, numbers: list[float], difference: float) -> tuple[str, str, str]:
    one, other = row.original_value or "", row.reproduced_value or ""
    if (row.section == "figure" or row.field in COUNTS) and _is_whole(one) and _is_whole(other):
        return f"{int(one):,}", f"{int(other):,}", f"{int(other) - int(one):+,}"
    if difference == 0:  # they have more digits than a float
        return one, other, ""
    if row.section == "figure":
        texts = [_value(row, one), _value(row, other)]
        if texts[0] == texts[1]:
            texts = [one, other]
        return texts[0], texts[1], f"{difference:{'+,.2f' if abs(difference) >= 0.005 else '+.6g'}}"
    unit = " pp" if row.field in FRACTIONS else ""
    points = abs(difference * 100 if unit else difference)
    # As many decimals as show the difference, too.
    decimals = USUAL if points >= 0.5 * 10**-USUAL else math.ceil(-math.log10(points))
    texts = metric_texts(row.field, numbers, decimals)
    return texts[0], texts[1], f"{change_text(texts[1], texts[0])}{unit}"


def _is_whole(text: str) -> bool:
    return text.removeprefix("-").isdecimal()


def _in_full(row: VerdictRow, text: str | None) -> str:
    if text is not None and row.field in {"data_start", "data_end"}:
        return f"{datetime.fromisoformat(text).astimezone(UTC).isoformat(' ').removesuffix('+00:00')} UTC"
    return _short(text) or UNDEFINED


def _value(row: VerdictRow, text: str | None) -> str:
    shown: str | None = text
    number = None if text is None else _finite(text)
    match row.section, row.field:
        case "metric", _ if number is not None:
            shown = metric_text(row.field, int(number) if row.field in COUNTS else number, None)
        case "figure", _ if number is not None:
            shown = f"{number:,.6g}"
        case "run", "initial_capital":
            shown = money(number, None)
        case "run", "data_start" | "data_end" if text is not None:
            shown = instant(datetime.fromisoformat(text))
        case "run", "instruments" if text is not None:
            shown = " ".join(json.loads(text))
    return _short(shown) or UNDEFINED


def _finite(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def findings_columns(rows: Sequence[VerdictRow]) -> list[Column]:
    """Return the columns of findings on a reproduction, each with its section and its note."""
    shown = [_values(row) for row in rows]
    columns = {
        "section": [row.section for row in rows],
        "field": [LABELS.get(row.field, printable(row.field)) for row in rows],
        "original": [original for original, _, _ in shown],
        "reproduction": [reproduced for _, reproduced, _ in shown],
        "difference": [difference for _, _, difference in shown],
        "note": [printable(row.note or "") for row in rows],
    }
    return [Column(title=title, cells=[(text, None) for text in texts]) for title, texts in columns.items()]


def verdict_document(rows: Sequence[VerdictRow], run: RunDetails, origin: RunDetails) -> dict[str, Any]:
    """Return the verdict for programs."""
    return {
        "verdict": rows[0].field.lower(),
        "note": rows[0].note,
        "original": str(origin.run_id),
        "reproduction": str(run.run_id),
        "changes": run.changes,
        "findings": [asdict(row) for row in rows[1:]],
    }


def lineage_document(
    origins: Sequence[Origin], reproductions: Sequence[ReproducedRun]
) -> dict[str, list[dict[str, Any]]]:
    """Return the same for programs."""
    return {
        name: [{key: machine_value(value) for key, value in asdict(each).items()} for each in runs]
        for name, runs in (("origins", origins), ("reproductions", reproductions))
    }


def duplicate_columns(runs: Sequence[DuplicateRun], *, near: bool = False) -> list[Column]:
    """Return the columns of runs that tested the same, or nearly, with what differs."""
    columns = {
        "id": [run.short_id[:8] for run in runs],
        f"started {zone_name()}": [local_time(run.started_at, "%Y-%m-%d %H:%M:%S") for run in runs],
        "return": [percent(run.total_return, signed=True) for run in runs],
        "Sharpe": [ratio(run.sharpe_ratio) for run in runs],
        "drawdown": [percent(run.max_drawdown) for run in runs],
        "differs in": [
            (_differences(run.differences) if near else _surroundings(run)) or "-" for run in runs
        ],
    }
    return [
        Column(
            title=title,
            cells=[(text, "bold" if title == "id" else None) for text in texts],
            right=title in {"return", "Sharpe", "drawdown"},
            elastic=title == "differs in",
        )
        for title, texts in columns.items()
    ]


def _differences(differences: dict[str, dict[str, Any]]) -> str:
    return ", ".join(
        f"{name} {_short(as_json_line(change.get('recorded')))}"
        if not isinstance(change.get("recorded"), (dict, list))
        else name
        for name, change in sorted(differences.items())
    )


UNREAD = frozenset({"strategy source", "data not compared"})
"""Differences in which there is nothing to read: a digest, and how much was compared."""


def _surroundings(run: DuplicateRun) -> str:
    return ", ".join(
        name if not change or name in UNREAD else _differences({name: change})
        for name, change in named_differences(run).items()
    )
