"""Plots for people who would rather look than read: characters only, and nothing is told by colour."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from btsql.render.tables import wrapped
from btsql.render.values import FRACTIONS, METRIC_TITLES, local_time, printable, value_text, zone_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from btsql.comparison import HistoryRun, RankedRun

MARK = "o"
WIDTH_IN_A_PIPE = 80
WIDEST = 120
WIDEST_LABEL = 24
ROWS_A_STEP, MOST_STEPS_UPWARDS = 3, 5
NARROWEST_STEP = 12  # columns, for the label of a time
LAST_LABEL = 8  # columns that it may need beyond its step
LARGEST, SMALLEST = 1e300, 1e-300  # beyond them an axis has no steps
ROUNDING = 1e-12  # values that differ by less of themselves are one value


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """An axis: where it begins, how long its equal steps are, and the label of each."""

    lowest: float
    step: float
    labels: list[str]

    @property
    def steps(self) -> int:
        """How many steps there are between the labels."""
        return len(self.labels) - 1


def metric_over_time(runs: Sequence[HistoryRun], metric: str, name: str, width: int | None) -> str:
    """Return a metric of a strategy's runs over the time at which they were started.

    On a terminal a line goes from run to run; in a pipe there are the runs alone, in ASCII.
    """
    results = [(run.metrics or {}).get(metric) for run in runs]
    points = [
        (run.started_at.timestamp(), result)
        for run, result in zip(runs, results, strict=True)
        if result is not None
    ]
    missing = [run.short_id[:8] for run, result in zip(runs, results, strict=True) if result is None]
    title = f"{METRIC_TITLES[metric]} of {_count(points)} of {printable(name)}, by start ({zone_name()})\n"
    parts = [title]
    if points:
        room = _room(width)
        left = _metric_axis(metric, [y for _, y in points], MOST_STEPS_UPWARDS)
        bottom = _time_axis([x for x, _ in points], _most_steps(room - _margin(left.labels)))
        parts.append(_plot(points, bottom, left, room, rows=ROWS_A_STEP, joined=width is not None))
    return "\n".join([*parts, _left_out({METRIC_TITLES[metric]: missing}, width)])


def parameter_against_metric(
    runs: Sequence[RankedRun], parameter: str, metric: str, width: int | None
) -> str:
    """Return a metric of ranked runs by a parameter: numbers along an axis, anything else in rows."""
    given = [run for run in runs if parameter in run.parameters]
    known = [
        (run.parameters[parameter], result) for run in given if (result := run.metrics[metric]) is not None
    ]
    parts = [f"{METRIC_TITLES[metric]} of {_count(known)} by {printable(parameter)}\n"]
    if known:
        draw = _scatter if all(_is_number(value) for value, _ in known) else _strips
        parts.append(draw(known, metric, _room(width)))
    others = [run.short_id for run in runs if parameter not in run.parameters]
    unknown = [run.short_id for run in given if run.metrics[metric] is None]
    return "\n".join(
        [*parts, _left_out({printable(parameter): others, METRIC_TITLES[metric]: unknown}, width)]
    )


def _scatter(known: Sequence[tuple[Any, float]], metric: str, room: int) -> str:
    points = [(float(value), result) for value, result in known]
    left = _metric_axis(metric, [y for _, y in points], MOST_STEPS_UPWARDS)
    bottom = _number_axis([x for x, _ in points], _most_steps(room - _margin(left.labels)))
    return _plot(points, bottom, left, room, rows=ROWS_A_STEP)


def _strips(known: Sequence[tuple[Any, float]], metric: str, room: int) -> str:
    """Return a row for each value of a parameter, with its runs along the metric; the first value on top."""
    names = sorted({_category(value) for value, _ in known}, reverse=True)
    points = [(result, float(names.index(_category(value)))) for value, result in known]
    bottom = _metric_axis(metric, [x for x, _ in points], _most_steps(room - _margin(names)))
    return _plot(points, bottom, Axis(lowest=0, step=1, labels=names), room, rows=1)


def _category(value: object) -> str:
    text = value_text(value) or '""'
    return text if len(text) <= WIDEST_LABEL else f"{text[: WIDEST_LABEL - 3]}..."


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST


# ---- drawing


def _room(width: int | None) -> int:
    return min(width or WIDTH_IN_A_PIPE, WIDEST)


def _margin(labels: Sequence[str]) -> int:
    return max(map(len, labels)) + 2


def _most_steps(columns: int) -> int:
    return max((columns - LAST_LABEL) // NARROWEST_STEP, 1)


def _plot(
    points: Sequence[tuple[float, float]],
    bottom: Axis,
    left: Axis,
    room: int,
    *,
    rows: int,
    joined: bool = False,
) -> str:
    """Return points between two axes, and how many share a mark; `rows` is the height of a step upwards."""
    margin = _margin(left.labels)
    columns = max((room - margin - LAST_LABEL) // bottom.steps, NARROWEST_STEP)
    drawn = _drawing(points, bottom, left, columns, rows, joined=joined)
    lines = []
    for place, line in enumerate(drawn):
        step, beside = divmod(len(drawn) - 1 - place, rows)
        label = "" if beside else left.labels[step]
        lines.append(f"{label:>{margin - 2}} {'|' if beside else '+'}{line}")
    rule = "+".join(["-" * columns, *["-" * (columns - 1)] * (bottom.steps - 1)])
    lines.append(f"{'+':>{margin}}{rule}+")
    labels = ""
    for step, label in enumerate(bottom.labels):
        labels = labels.ljust(margin + step * columns - len(label) // 2) + label
    lines.append(labels)
    marks = sum(line.count(MARK) for line in drawn)
    if marks < len(points):
        lines.append(f"\n{marks} {'mark' if marks == 1 else 'marks'}, because some of the runs share one")
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _drawing(
    points: Sequence[tuple[float, float]], bottom: Axis, left: Axis, columns: int, rows: int, *, joined: bool
) -> list[str]:
    """Return the lines of a drawing, the steps of the axes in the middle of every so many cells."""
    from plotille import Canvas  # noqa: PLC0415 - for plots alone

    # A cell of the canvas is 2 by 4 dots.
    wide, high = bottom.steps * columns + 1, left.steps * rows + 1
    dot, line = bottom.step / columns / 2, left.step / rows / 4
    x, y = bottom.lowest - dot / 2, left.lowest - line * 1.5
    canvas = Canvas(wide, high, x, y, x + wide * 2 * dot, y + high * 4 * line)
    if joined:
        for (x0, y0), (x1, y1) in pairwise(points):
            canvas.line(x0, y0, x1, y1)
    for x0, y0 in points:
        canvas.point(x0, y0, marker=MARK)
    drawn: str = canvas.plot(linesep="\n")
    return drawn.replace("\N{BRAILLE PATTERN BLANK}", " ").split("\n")


# ---- axes


def _number_axis(values: Sequence[float], most: int) -> Axis:
    return _labelled(values, most, _number)


def _metric_axis(metric: str, values: Sequence[float], most: int) -> Axis:
    if metric in FRACTIONS:
        return _labelled(values, most, lambda value, step: f"{_number(value * 100, step * 100)}%")
    return _number_axis(values, most)


def _labelled(values: Sequence[float], most: int, label: Callable[[float, float], str]) -> Axis:
    first, step, count = _steps(min(values), max(values), most)
    labels = [label((first + place) * step, step) for place in range(count + 1)]
    return Axis(lowest=first * step, step=step, labels=labels)


def _steps(lowest: float, highest: float, most: int) -> tuple[int, float, int]:
    """Return the steps of an axis, 1, 2 or 5 times a power of ten: the number of its first, length, count."""
    size = max(abs(lowest), abs(highest))
    span = highest - lowest
    if span < max(size * ROUNDING, SMALLEST):
        span = size if size > SMALLEST else 1.0
    power = 10.0 ** math.floor(math.log10(span / most))
    for times in (1, 2, 5, 10, 20, 50):
        step = power * times
        first = math.floor(lowest / step + 1e-9)
        count = max(math.ceil(highest / step - 1e-9) - first, 1)
        if count <= most:
            break
    return first, step, count


def _number(value: float, step: float) -> str:
    digits = max(-math.floor(math.log10(step) + 1e-9), 0)
    return f"{value:z.3g}" if step >= 1e9 or digits > 8 else f"{value:z,.{digits}f}"


def _time_axis(seconds: Sequence[float], most: int) -> Axis:
    lowest = min(seconds)
    span = max(max(seconds) - lowest, float(most))  # seconds that the labels tell apart
    days = span / 86_400
    pattern = "%H:%M:%S" if days < 0.1 else "%m-%d %H:%M" if days < 10 else "%Y-%m-%d"
    step = span / most
    moments = [datetime.fromtimestamp(lowest + place * step, UTC) for place in range(most + 1)]
    return Axis(lowest=lowest, step=step, labels=[local_time(moment, pattern) for moment in moments])


# ---- what is said beside it


def _count(runs: Sequence[object]) -> str:
    return f"{len(runs)} {'run' if len(runs) == 1 else 'runs'}"


def _left_out(missing: Mapping[str, Sequence[str]], width: int | None) -> str:
    """Return which runs are not drawn, by what they do not have."""
    parts = []
    for what, ids in missing.items():
        listed = ", ".join(ids[:5]) + (", ..." if len(ids) > 5 else "")
        parts += [f"{_count(ids)} without {what} ({listed})"] if ids else []
    return wrapped(f"not in the plot: {', and '.join(parts)}", width) if parts else ""
