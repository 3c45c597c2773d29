"""Runs side by side: `compare`."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Any

from btsql.render.digits import change_text, metric_texts
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
    LONGEST_PARAMETER,
    METRIC_TITLES,
    UNDEFINED,
    elided,
    local_time,
    money,
    printable,
    seconds,
    value_text,
    zone_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from btsql.comparison import ComparedField

# The parts of what runs were built of, whose differing settings are in a caution, with their headings.
SETTINGS = {
    "venues": "Venues",
    "instrument definitions": "Instrument definitions",
    "engine settings": "Engine settings",
    "actors": "Actors",
    "exec algorithms": "Execution algorithms",
}
MOST_SETTINGS = 10  # of each part, in tables for people
SECTIONS = {"run": "Run"} | SETTINGS | {"parameter": "Parameters", "metric": "Metrics"}
TITLES = METRIC_TITLES | {
    "strategy_type": "type",
    "strategy_name": "name",
    "instruments": "instrument",
    "data_start": "data from",
    "data_end": "data to",
    "initial_capital": "capital",
    "data_source": "source",
    "market_data": "market data",
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
    """One compared field: its label, a cell for each run, whether these are never cut, and a bar for each.

    `short` is the label where there is no room for the whole one.
    """

    label: Cell
    differs: bool
    cells: list[Cell]
    is_whole: bool = False
    bars: str = ""
    short: str = ""


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
    notes.append(wrapped(f"cut: {', '.join(cut)}; --format json has all of it", width) if cut else "")
    notes += [
        _more_settings(fields, width),
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
    notes += [_more_settings(fields, None), _legend(rows, ids, None, has_baseline=has_baseline)]
    return "\n".join(note for note in notes if note)


def _bare(column: Column) -> Column:
    """Return a column without what lines its cells up on a terminal."""
    cells = [(text.strip(), style) for text, style in column.cells]
    return replace(column, title=column.title.strip(), cells=cells)


def facts_of(fields: Sequence[ComparedField]) -> list[ComparedField]:
    """Return what runs are compared by in the order of the table, with each setting that differs."""
    facts = [field for field in fields if field.section == "run" and field.field != "run"]
    facts += _other_data(fields)
    for field in fields:
        facts += _settings(field)
    return facts + [field for field in fields if field.section in {"parameter", "metric"}]


def _other_data(fields: Sequence[ComparedField]) -> list[ComparedField]:
    # Other data from the same source appears in no other field.
    shown = [field.run_values for field in fields if field.section == "run"]
    return [
        replace(field, section="run", field="market_data")
        for field in fields
        if (field.section, field.field) == ("caution", "other market data") and field.run_values not in shown
    ]


def _settings(caution: ComparedField) -> list[ComparedField]:
    """Return the settings of one part that differ; none of any other field."""
    part = caution.field.removeprefix("other ")
    if caution.section != "caution" or part not in SETTINGS:
        return []
    runs = [{} if text is None else json.loads(text) for text in caution.run_values]
    return [
        replace(
            caution,
            section=part,
            field=path,
            run_values=[value_text(run[path]) if path in run else None for run in runs],
            values=[_setting(run[path]) if path in run else None for run in runs],
        )
        for path in sorted(set().union(*runs))
    ]


def _setting(value: object) -> object:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


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


# ---- cells


def _rows(
    fields: Sequence[ComparedField], ids: Sequence[str], *, everything: bool, has_baseline: bool
) -> Iterator[Row]:
    section, shown = None, 0
    for field in facts_of(fields):
        shown = shown + 1 if field.section == section else 1
        if field.section in SETTINGS and shown > MOST_SETTINGS:
            continue
        if field.section != section:
            section = field.section
            yield Row((SECTIONS[section], "bold"), differs=False, cells=[])
        best = set() if field.best == "all" else set(best_ids(field, ids))
        texts = field_texts(field)
        cells = [
            _cell(field, texts, place, is_best=ids[place] in best, has_baseline=has_baseline)
            for place in range(len(ids))
        ]
        label = _label(field)
        is_whole = section == "metric" or (section == "run" and field.field in NEVER_CUT)
        short = _short_label(label) if section in SETTINGS else ""
        yield Row((f"  {label}", None), everything and field.differs, cells, is_whole, _bars(field), short)


def _bars(field: ComparedField) -> str:
    """Return a bar for each run, as high as its number is among them; none for texts."""
    if field.section not in {"parameter", "metric"}:
        return ""
    try:
        values = [
            None if text in {None, "null"} else _bar_value(value)
            for text, value in zip(field.run_values, field.values, strict=True)
        ]
    except (ValueError, OverflowError):
        return ""
    known = [value for value in values if value is not None]
    if len(known) < FEWEST_BARS:
        return ""
    lowest = min(known)
    span = max(known) - lowest
    if not 0 < span < math.inf:
        return ""
    steps = (None if value is None else (value - lowest) / span * (len(BARS) - 1) for value in values)
    return "".join(" " if step is None else BARS[round(step)] for step in steps).rstrip()


def _bar_value(given: str | float) -> float:
    value = math.nan if "_" in str(given) else float(given)
    if not math.isfinite(value):
        raise ValueError(given)
    return value


def _cell(
    field: ComparedField, texts: Sequence[str], place: int, *, is_best: bool, has_baseline: bool
) -> Cell:
    text = texts[place]
    style = "bold green" if is_best else "yellow" if field.differs and field.section != "metric" else None
    if field.section != "metric":
        # The mark of the best takes a column, so that digits line up.
        return f"{text} ", style
    if has_baseline and place > 0 and UNDEFINED not in {text, texts[0]} and text != texts[0]:
        text = f"{text} ({change_text(text, texts[0])})"
    return f"{text}{BEST if is_best else ' '}", style


def _label(field: ComparedField) -> str:
    if field.section == "parameter" or field.section in SETTINGS:
        return printable(field.field)
    return f"started {zone_name()}" if field.field == "started_at" else TITLES.get(field.field, field.field)


def _short_label(path: str) -> str:
    """Return the path to a setting by its ends, which say most of it."""
    first, *_, last = path.split(" / ")
    return f"  {first} / … / {last}" if path.count(" / ") > 1 else f"  {path}"


def field_texts(field: ComparedField) -> list[str]:
    """Return the values of a field as people read them; those that differ do not look equal."""
    if field.section == "metric":
        return metric_texts(field.field, field.values)
    texts = _fact_texts(field)
    if field.section == "run" and field.differs:
        seen = {(text, repr(value)) for text, value in zip(texts, field.values, strict=True)}
        if len({text for text, _ in seen}) < len(seen):
            return _fact_texts(field, is_whole=True)
    return texts


def _fact_texts(field: ComparedField, *, is_whole: bool = False) -> list[str]:
    return [
        UNDEFINED if text is None else _fact_text(field, text, value, is_whole=is_whole)
        for text, value in zip(field.run_values, field.values, strict=True)
    ]


def _fact_text(field: ComparedField, text: str, value: Any, *, is_whole: bool) -> str:
    match (field.section, field.field):
        case ("run", "started_at"):
            return local_time(value, "%Y-%m-%d %H:%M:%S.%f" if is_whole else "%Y-%m-%d %H:%M:%S")
        case ("run", "data_start" | "data_end") if not is_whole:
            # The first and the last instant of a day are that day.
            return text.removesuffix(" 00:00").removesuffix(" 23:59:59.999999").removesuffix(" 23:59:59")
        case ("run", "duration_seconds"):
            return f"{value} s" if is_whole else seconds(value)
        case ("run", "initial_capital"):
            return f"{value:,}" if is_whole else money(value, None)
        case ("parameter", _) if not isinstance(value, str):
            return text if json.loads(text) == value else value_text(value)
    return printable(text)


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
            label = elided(row.short or label, WIDEST_LABEL)
        if cells != row.cells or label not in {row.label[0], row.short}:
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


def _more_settings(fields: Sequence[ComparedField], width: int | None) -> str:
    counts = {part: sum(field.section == part for field in facts_of(fields)) for part in SETTINGS}
    parts = [
        f"{count - MOST_SETTINGS} more of {part}" for part, count in counts.items() if count > MOST_SETTINGS
    ]
    return wrapped(f"and {', '.join(parts)}; --format json has all of them", width) if parts else ""


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
        f"{_label(field)} {elided(field_texts(field)[0])}"
        for field in facts
        if not field.differs and field.run_values[0] is not None
    ]
    return wrapped(f"the same in all: {', '.join(texts)}", width) if texts else ""
