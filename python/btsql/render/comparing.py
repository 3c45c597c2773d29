"""Runs side by side: `compare`."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from btsql.render.tables import (
    Cell,
    Column,
    column_width,
    markdown_table,
    plain_table,
    table,
    table_width,
    wrapped,
)
from btsql.render.values import (
    FRACTIONS,
    LONGEST_PARAMETER,
    METRIC_TITLES,
    MONEY,
    UNDEFINED,
    elided,
    local_time,
    metric_text,
    money,
    printable,
    seconds,
    zone_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from btsql.comparison import ComparedField

SECTIONS = {"run": "Run", "parameter": "Parameters", "metric": "Metrics"}
TITLES = METRIC_TITLES | {
    "strategy_type": "type",
    "strategy_name": "name",
    "instruments": "instrument",
    "data_start": "data from",
    "data_end": "data to",
    "initial_capital": "capital",
    "data_source": "source",
    "strategy_source": "strategy source",
    "engine_version": "engine",
    "started_at": "started",
    "duration_seconds": "took",
}
BEST, DIFFERS = "*", "!="
WIDEST_LABEL = 30
NARROWEST_CELL, LONGEST_CELL = 12, 40
NEVER_CUT = {"started_at", "data_start", "data_end", "initial_capital"}
BESIDE = 3  # runs that are to fit beside each other
BARS = "▁▂▃▄▅▆▇█"
FEWEST_BARS = 3  # two values need no picture


@dataclass(frozen=True, slots=True)
class Row:
    """One compared field: its label, a cell for each run, whether these are never cut, and a bar for each."""

    label: Cell
    differs: bool
    cells: list[Cell]
    is_whole: bool = False
    bars: str = ""


def comparison_text(
    fields: Sequence[ComparedField],
    width: int | None,
    *,
    everything: bool,
    has_baseline: bool,
    has_bars: bool = True,
) -> str:
    """Return the comparison for people: cautions, a table in blocks that fit, what all have in common.

    With `has_baseline` the first run is the one that the changes of the others are told against. `has_bars`
    says whether the output can show `BARS`.
    """
    ids = ids_of(fields)
    shown = [field for field in fields if everything or _matters(field)]
    rows = list(_rows(shown, ids, everything=everything, has_baseline=has_baseline))
    notes = [_cautions(fields, width)]
    rows, cut = _shortened(rows, width)
    if not has_bars:
        rows = _without_bars(rows)
    if width is None:
        notes.append(plain_table(_columns(rows, ids)))
    else:
        rows, blocks = _arranged(rows, ids, width)
        notes += [table(_columns(rows, ids, places), width) for places in blocks]
    notes.append(f"cut: {', '.join(cut)}; --format json has all of it\n" if cut else "")
    notes += [
        _legend(rows, ids, width, has_baseline=has_baseline),
        "" if everything else _in_common(fields, width),
    ]
    return "\n".join(note for note in notes if note)


def comparison_markdown(fields: Sequence[ComparedField], *, everything: bool, has_baseline: bool) -> str:
    """Return the same as Markdown: a heading and a table for each section."""
    ids = ids_of(fields)
    shown = [field for field in fields if everything or _matters(field)]
    rows, _ = _shortened(list(_rows(shown, ids, everything=everything, has_baseline=has_baseline)), None)
    rows = _without_bars(rows)
    notes = [_cautions(fields, None)]
    heads = [place for place, row in enumerate(rows) if not row.cells]
    for head, end in pairwise([*heads, len(rows)]):
        columns = (_bare(column) for column in _columns(rows[head + 1 : end], ids))
        notes.append(f"## {rows[head].label[0]}\n\n{markdown_table(columns)}")
    notes.append(_legend(rows, ids, None, has_baseline=has_baseline))
    return "\n".join(note for note in notes if note)


def _bare(column: Column) -> Column:
    """Return a column without what lines its cells up on a terminal."""
    cells = [(text.strip(), style) for text, style in column.cells]
    return replace(column, title=column.title.strip(), cells=cells)


def facts_of(fields: Sequence[ComparedField]) -> list[ComparedField]:
    return [field for field in fields if field.section in SECTIONS and field.field != "run"]


def _matters(field: ComparedField) -> bool:
    # When and how long a run was executed differs always, and says nothing of it.
    return field.section == "metric" or (field.differs and not _is_incidental(field))


def _is_incidental(field: ComparedField) -> bool:
    return field.section == "run" and field.field in {"started_at", "duration_seconds"}


def ids_of(fields: Sequence[ComparedField]) -> list[str]:
    values = next(field.run_values for field in fields if (field.section, field.field) == ("run", "run"))
    return [str(value) for value in values]


def best_ids(field: ComparedField, ids: Sequence[str]) -> list[str]:
    if field.best is None:
        return []
    return list(ids) if field.best == "all" else field.best.split(", ")


def number_of(text: str | None) -> float | int | None:
    if text is None:
        return None
    return int(text) if text.lstrip("-").isdecimal() else float(text)


# ---- cells


def _rows(
    fields: Sequence[ComparedField], ids: Sequence[str], *, everything: bool, has_baseline: bool
) -> Iterator[Row]:
    section = None
    for field in facts_of(fields):
        if field.section != section:
            section = field.section
            yield Row((SECTIONS[section], "bold"), differs=False, cells=[])
        best = set() if field.best == "all" else set(best_ids(field, ids))
        cells = [
            _cell(field, place, is_best=ids[place] in best, has_baseline=has_baseline)
            for place in range(len(ids))
        ]
        label = _label(field)
        is_whole = section == "metric" or (section == "run" and field.field in NEVER_CUT)
        yield Row((f"  {label}", None), everything and field.differs, cells, is_whole, _bars(field))


def _bars(field: ComparedField) -> str:
    """Return a bar for each run, as high as its number is among them; none for texts and what looks equal."""
    if field.section == "run":
        return ""
    texts = [None if text == "null" else text for text in field.run_values]
    try:
        values = [None if text is None else _bar_value(text) for text in texts]
    except ValueError:
        return ""
    known = [value for value in values if value is not None]
    if len(known) < FEWEST_BARS or len({_shown_number(field, value) for value in known}) == 1:
        return ""
    lowest = min(known)
    span = max(known) - lowest
    if not 0 < span < math.inf:
        return ""
    steps = (None if value is None else (value - lowest) / span * (len(BARS) - 1) for value in values)
    return "".join(" " if step is None else BARS[round(step)] for step in steps).rstrip()


def _bar_value(text: str) -> float:
    value = math.nan if "_" in text else float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _shown_number(field: ComparedField, value: float) -> object:
    return _metric_text(field.field, value) if field.section == "metric" else value


def _cell(field: ComparedField, place: int, *, is_best: bool, has_baseline: bool) -> Cell:
    value = field.run_values[place]
    style = "bold green" if is_best else "yellow" if field.differs and field.section != "metric" else None
    if field.section != "metric":
        # The mark of the best takes a column, so that digits line up.
        return f"{_fact_text(field, value)} ", style
    number = number_of(value)
    text = _metric_text(field.field, number)
    base = number_of(field.run_values[0])
    if has_baseline and place > 0 and number is not None and base is not None and number != base:
        text = f"{text} ({_change_text(field.field, number - base)})"
    return f"{text}{BEST if is_best else ' '}", style


def _label(field: ComparedField) -> str:
    if field.section == "parameter":
        return printable(field.field)
    return f"started {zone_name()}" if field.field == "started_at" else TITLES.get(field.field, field.field)


def _fact_text(field: ComparedField, value: str | None) -> str:
    if value is None:
        return UNDEFINED
    match (field.section, field.field):
        case ("run", "started_at"):
            return local_time(datetime.fromisoformat(value).replace(tzinfo=UTC), "%Y-%m-%d %H:%M")
        case ("run", "data_start" | "data_end"):
            # The first and the last instant of a day are that day.
            return value.removesuffix(" 00:00").removesuffix(" 23:59:59.999999").removesuffix(" 23:59:59")
        case ("run", "duration_seconds"):
            return seconds(float(value))
        case ("run", "initial_capital"):
            return money(float(value), None)
    return printable(value)


def _metric_text(metric: str, value: float | None) -> str:
    # The values have six significant digits.
    if metric in MONEY and value is not None and abs(value) >= 10_000:
        return f"{value:z,.0f}"
    return metric_text(metric, value, None)


def _change_text(metric: str, change: float) -> str:
    if metric in FRACTIONS:
        return f"{change * 100:+z.2f}"
    whole = isinstance(change, int) or abs(change) >= 10_000
    return f"{change:+z,.0f}" if whole else f"{change:+z,.2f}"


# ---- the table


def _columns(rows: Sequence[Row], ids: Sequence[str], places: Sequence[int] | None = None) -> list[Column]:
    columns = [Column(title="", cells=[row.label for row in rows])]
    if any(row.differs for row in rows):
        columns.append(Column(title="", cells=[(DIFFERS if row.differs else "", "yellow") for row in rows]))
    for place in range(len(ids)) if places is None else places:
        cells = [row.cells[place] if row.cells else ("", None) for row in rows]
        columns.append(Column(title=f"{ids[place]} ", cells=cells, right=True))
    if any(row.bars for row in rows):
        columns.append(Column(title="", cells=[(row.bars, None) for row in rows]))
    return columns


def _without_bars(rows: Sequence[Row]) -> list[Row]:
    return [replace(row, bars="") for row in rows]


def _arranged(rows: list[Row], ids: Sequence[str], width: int) -> tuple[list[Row], list[list[int]]]:
    """Return the rows and which runs go beside each other: with bars where they take no run's place."""
    bare = _without_bars(rows)
    blocks = _blocks(bare, ids, width)
    fit = all(table_width(_columns(rows, ids, places)) <= width for places in blocks)
    return (rows if fit else bare), blocks


def _blocks(rows: Sequence[Row], ids: Sequence[str], width: int) -> list[list[int]]:
    """Return which runs go beside each other, as many as fit, each block with the labels again."""
    columns = _columns(rows, ids)
    widths = [column_width(column) + 2 for column in columns if column.right]
    first = sum(column_width(column) + 2 for column in columns if not column.right) - 2
    blocks: list[list[int]] = []
    taken = 0
    for place, wanted in enumerate(widths):
        if not blocks or taken + wanted > width:
            blocks.append([])
            taken = first
        blocks[-1].append(place)
        taken += wanted
    # Blocks of the same size read better than a full one and a rest.
    size = -(-len(ids) // len(blocks))
    even = [list(range(start, min(start + size, len(ids)))) for start in range(0, len(ids), size)]
    fits = all(first + sum(widths[place] for place in block) <= width for block in even)
    return even if fits else blocks


def _shortened(rows: Sequence[Row], width: int | None) -> tuple[list[Row], list[str]]:
    """Return the rows with cells that leave room for each other, and the labels of those that were cut."""
    longest = LONGEST_PARAMETER if width is None else _cell_width(rows, width)
    cut: list[str] = []
    done = []
    for row in rows:
        cells = row.cells if row.is_whole else _cut(row.cells, longest)
        label, style = row.label
        if width is not None and len(label) > WIDEST_LABEL:
            label = f"{label[: WIDEST_LABEL - 1]}…"
        if cells != row.cells or label != row.label[0]:
            cut.append(row.label[0].strip()[:WIDEST_LABEL])
        done.append(replace(row, label=(label, style), cells=cells))
    return done, cut


def _cell_width(rows: Sequence[Row], width: int) -> int:
    """Return the width of cells by which three runs fit beside each other."""
    label = min(WIDEST_LABEL, max((len(row.label[0]) for row in rows), default=0))
    mark = len(DIFFERS) + 2 if any(row.differs for row in rows) else 0
    compared = max((len(row.cells) for row in rows), default=1)
    bars = BESIDE + 2 if compared == BESIDE and any(row.bars for row in rows) else 0
    room = (width - label - mark - bars) // min(BESIDE, compared) - 2
    return max(NARROWEST_CELL, min(LONGEST_CELL, width - WIDEST_LABEL - 4, room))


def _cut(cells: Sequence[Cell], longest: int) -> list[Cell]:
    """Return cells that are not too long, each with the place where they begin to differ."""
    texts = {text for text, _ in cells}
    same = sum(takewhile(bool, (len(set(letters)) == 1 for letters in zip(*texts, strict=False))))
    begin = same - longest // 4 if same > longest // 2 and len(texts) > 1 else 0
    return [
        (f"{elided(f'…{text[begin + 1 : -1]}' if begin else text[:-1], longest - 1)} ", style)
        if len(text) > longest
        else (text, style)
        for text, style in cells
    ]


# ---- what is said beside it


def _cautions(fields: Sequence[ComparedField], width: int | None) -> str:
    names = [field.field.removeprefix("other ") for field in fields if field.section == "caution"]
    if not names:
        return ""
    listed = ", ".join(TITLES.get(name, name) for name in names)
    return wrapped(f"Warning: hard to compare, the runs differ in {listed}.", width)


def _legend(rows: Sequence[Row], ids: Sequence[str], width: int | None, *, has_baseline: bool) -> str:
    parts = []
    if any(text.endswith(BEST) for row in rows for text, _ in row.cells):
        parts.append(f"{BEST} the best")
    if any(row.differs for row in rows):
        parts.append(f"{DIFFERS} differs")
    if any(row.bars for row in rows):
        parts.append(f"{BARS[0]} the lowest, {BARS[-1]} the highest, run by run")
    if has_baseline:
        parts.append(f"in brackets the change against {ids[0]}, of percentages in points")
    return wrapped("; ".join(parts), width) if parts else ""


def _in_common(fields: Sequence[ComparedField], width: int | None) -> str:
    facts = [field for field in facts_of(fields) if field.section != "metric" and not _is_incidental(field)]
    facts = [field for field in facts if (field.section, field.field) != ("run", "strategy_source")]
    texts = [
        f"{_label(field)} {elided(_fact_text(field, field.run_values[0]))}"
        for field in facts
        if not field.differs and field.run_values[0] is not None
    ]
    return wrapped(f"the same in all: {', '.join(texts)}", width) if texts else ""
