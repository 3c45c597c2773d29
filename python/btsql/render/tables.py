"""Tables for people: aligned text in a pipe, as much as fits on a terminal, or Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NARROWEST_COLUMN = 8
NARROWEST_WRAPPED = 20

Cell = tuple[str, str | None]
"""What a cell says, and its style on a terminal that has colours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    short : list of Cell | None
        Shorter cells, for a terminal on which the table does not fit otherwise.
    spare : int
        0 for a column that is always there; a higher one is shown only on a terminal with room for it, the
        lowest first.
    elastic, wraps : bool
        Where there is no room: cut with an ellipsis, or continued on the next line.

    """

    title: str
    cells: list[Cell]
    short: list[Cell] | None = None
    right: bool = False
    elastic: bool = False
    wraps: bool = False
    spare: int = 0


def table(columns: Iterable[Column], width: int | None) -> str:
    """Return a table for a terminal of so many columns, or for a pipe with None."""
    columns = list(columns)
    if width is None:
        return plain_table([column for column in columns if not column.spare])
    return fitted_table(columns, width)


def plain_table(columns: Sequence[Column]) -> str:
    """Return a table for a pipe: each column as wide as it must be."""
    texts = [[column.title, *(text for text, _ in column.cells)] for column in columns]
    sides = [str.rjust if column.right else str.ljust for column in columns]
    widths = [max(map(len, lines)) for lines in texts]
    return "".join(
        "  ".join(side(text, width) for side, text, width in zip(sides, line, widths, strict=True)).rstrip()
        + "\n"
        for line in zip(*texts, strict=True)
    )


def markdown_table(columns: Iterable[Column]) -> str:
    """Return a table in Markdown, whatever its cells hold."""
    shown = [column for column in columns if not column.spare]
    rules = ["---:" if column.right else "---" for column in shown]
    rows = zip(*([text for text, _ in column.cells] for column in shown), strict=True)
    lines = [
        [column.title for column in shown],
        rules,
        *([markdown_text(text) for text in row] for row in rows),
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def markdown_text(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return "".join(f"\\{character}" if character in "\\`*_{}[]<>|#~&" else character for character in text)


def fitted_table(columns: Sequence[Column], width: int) -> str:
    """Return a table for a terminal: more columns where there is room, shorter cells where there is not."""
    gap = 2
    columns = _as_many_as_fit(columns, width)
    if table_width(columns, gap) > width:
        columns = [_shortened(column) for column in columns]
        if table_width(columns, gap) > width:
            gap = 1
    return _grid(columns, _squeezed(columns, width, gap), width, gap)


def _as_many_as_fit(columns: Sequence[Column], width: int) -> list[Column]:
    shown = [column for column in columns if not column.spare]
    for extra in sorted((column for column in columns if column.spare), key=lambda column: column.spare):
        tried = [column for column in columns if column in shown or column is extra]
        if table_width([_shortened(column) for column in tried]) <= width:
            shown = tried
    return shown


def _shortened(column: Column) -> Column:
    from dataclasses import replace  # noqa: PLC0415

    return column if column.short is None else replace(column, cells=column.short)


def table_width(columns: Sequence[Column], gap: int = 2) -> int:
    """Return how many columns of a terminal a table asks for."""
    return sum(map(column_width, columns)) + gap * (len(columns) - 1)


def column_width(column: Column) -> int:
    """Return how many columns of a terminal a column asks for."""
    from rich.cells import cell_len  # noqa: PLC0415

    return max(cell_len(column.title), *(cell_len(text) for text, _ in column.cells), 0)


def _squeezed(columns: Sequence[Column], width: int, gap: int) -> list[int]:
    """Return the widths of the columns: what wraps gives way first, then what may be cut."""
    widths = [column_width(column) for column in columns]
    excess = sum(widths) + gap * (len(widths) - 1) - width
    for place, column in enumerate(columns):
        if column.wraps and excess > 0:
            given = min(excess, max(widths[place] - NARROWEST_WRAPPED, 0))
            widths[place] -= given
            excess -= given
    places = [place for place, column in enumerate(columns) if column.elastic]
    for _ in range(excess):
        widest = max(places, key=lambda place: widths[place], default=None)
        if widest is None or widths[widest] <= NARROWEST_COLUMN:
            break
        widths[widest] -= 1
    return widths


def _grid(columns: Sequence[Column], widths: Sequence[int], width: int, gap: int) -> str:
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    grid = Table(box=box.SIMPLE_HEAD, padding=(0, gap - 1, 0, 0), pad_edge=False, show_edge=False)
    for column, taken in zip(columns, widths, strict=True):
        side: Any = "right" if column.right else "left"
        overflow: Any = "fold" if column.wraps else "ellipsis"
        grid.add_column(column.title, justify=side, width=taken, no_wrap=not column.wraps, overflow=overflow)
    for row in zip(*(column.cells for column in columns), strict=True):
        grid.add_row(*(Text(text, style=style or "") for text, style in row))
    return rich_text(grid, max(width, sum(widths) + gap * (len(widths) - 1)))


def rich_text(renderable: Any, width: int) -> str:
    """Return what Rich makes of something on this terminal, colours only where they are wanted."""
    from rich.console import Console  # noqa: PLC0415

    console = Console(width=width, highlight=False, markup=False, emoji=False)
    with console.capture() as capture:
        console.print(renderable)
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())


def hanging(label: str, text: str, width: int | None) -> str:
    """Return a labelled text in lines that fit the terminal, below each other; a path is never broken."""
    if width is None:
        return f"{label}{text}\n"
    from textwrap import wrap  # noqa: PLC0415

    first, *others = wrap(
        text,
        max(width - len(label), NARROWEST_WRAPPED),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]
    return "".join(f"{line}\n" for line in [f"{label}{first}", *(" " * len(label) + line for line in others)])


def wrapped(text: str, width: int | None, indent: int = 0) -> str:
    """Return a sentence in lines that fit the terminal, and no longer than one that people read."""
    if width is None:
        return f"{' ' * indent}{text}\n"
    from textwrap import wrap  # noqa: PLC0415

    first, other = " " * indent, " " * (indent + 2)
    lines = wrap(
        text,
        max(width, indent + NARROWEST_WRAPPED),
        initial_indent=first,
        subsequent_indent=other,
        break_on_hyphens=False,
    )
    return "".join(f"{line}\n" for line in lines)
