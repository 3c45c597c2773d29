"""Tables for people: aligned text in a pipe, as much as fits on a terminal, or Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NARROWEST_COLUMN = 8
NARROWEST_WRAPPED = 20
ROOM = 30  # columns in which a spare elastic column is of use: `fast_period=10 slow_period=30`
NAME_ROOM = 16  # to which names are cut for it

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
        lowest first. An elastic one has room where `ROOM` columns are left for it, when names are cut to
        `NAME_ROOM`.
    telling : bool
        A spare column that the rows cannot be judged without: it is shown in a pipe too, and on a terminal
        even where others have to be wrapped for it.
    elastic : bool
        Cut with an ellipsis where there is no room.
    items : list of list of str | None
        The cells in pieces, for a column that is wrapped where there is no room: a line ends between two of
        them, and within one only where a whole one does not fit.

    """

    title: str
    cells: list[Cell]
    short: list[Cell] | None = None
    right: bool = False
    elastic: bool = False
    items: list[list[str]] | None = None
    spare: int = 0
    telling: bool = False


def table(columns: Iterable[Column], width: int | None) -> str:
    """Return a table for a terminal of so many columns, or for a pipe with None."""
    columns = list(columns)
    if width is None:
        return plain_table(_without_spare(columns))
    return fitted_table(columns, width)


def _without_spare(columns: Iterable[Column]) -> list[Column]:
    """Return the columns for those who see no terminal's width."""
    return [column for column in columns if column.telling or not column.spare]


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
    shown = _without_spare(columns)
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
        if sum(map(_narrowed, columns)) + gap * (len(columns) - 1) > width:
            gap = 1
    return _grid(columns, _squeezed(columns, width, gap), width, gap)


def _as_many_as_fit(columns: Sequence[Column], width: int) -> list[Column]:
    """Return the columns that there is room for, spare ones in their order.

    Cells are shortened for what tells the rows apart, not for other spare columns.
    """
    shown, are_short = [column for column in columns if not column.spare], False
    for extra in sorted((column for column in columns if column.spare), key=lambda column: column.spare):
        tried = [column for column in columns if column in shown or column is extra]
        for is_short in sorted({are_short, are_short or extra.elastic or extra.telling}):
            asked = [_asked(_shortened(column) if is_short else column, extra) for column in tried]
            if sum(asked) + 2 * (len(asked) - 1) <= width:
                shown, are_short = tried, is_short
                break
    return shown


def _asked(column: Column, extra: Column) -> int:
    """Return how wide a column counts when it is decided whether there is room for another."""
    if extra.telling or (column.spare and column.elastic):
        return _narrowed(column)
    if extra.elastic and column.elastic:
        return min(column_width(column), NAME_ROOM)
    return column_width(column)


def _narrowed(column: Column) -> int:
    """Return how narrow a column gets before the names in others are cut."""
    whole = column_width(column)
    if column.items is not None:
        from rich.cells import cell_len  # noqa: PLC0415

        longest = max((cell_len(item) for items in column.items for item in items), default=0)
        return min(whole, max(NARROWEST_WRAPPED, min(longest, ROOM)))
    return min(whole, ROOM) if column.spare and column.elastic else whole


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
    """Return the widths of the columns.

    What wraps and what is spare gives way first; then names are cut; last, what wraps is broken anywhere.
    """
    widths = [column_width(column) for column in columns]
    excess = sum(widths) + gap * (len(widths) - 1) - width

    def narrow(place: int, least: int) -> None:
        nonlocal excess
        given = max(min(excess, widths[place] - least), 0)
        widths[place] -= given
        excess -= given

    for place, column in enumerate(columns):
        narrow(place, _narrowed(column))
    names = [place for place, column in enumerate(columns) if column.elastic and not column.spare]
    while excess > 0 and any(widths[place] > NARROWEST_COLUMN for place in names):
        widest = max(names, key=lambda place: widths[place])
        narrow(widest, widths[widest] - 1)
    for place, column in enumerate(columns):
        if column.items is not None:
            narrow(place, NARROWEST_WRAPPED)
    return widths


def _grid(columns: Sequence[Column], widths: Sequence[int], width: int, gap: int) -> str:
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    grid = Table(box=box.SIMPLE_HEAD, padding=(0, gap - 1, 0, 0), pad_edge=False, show_edge=False)
    rows = []
    for column, taken in zip(columns, widths, strict=True):
        side: Any = "right" if column.right else "left"
        wraps = column.items is not None
        overflow: Any = "fold" if wraps else "ellipsis"
        grid.add_column(column.title, justify=side, width=taken, no_wrap=not wraps, overflow=overflow)
        rows.append(_lines_of_items(column, taken))
    for row in zip(*rows, strict=True):
        grid.add_row(*(Text(text, style=style or "") for text, style in row))
    return rich_text(grid, max(width, sum(widths) + gap * (len(widths) - 1)))


def _lines_of_items(column: Column, width: int) -> list[Cell]:
    """Return the cells of a column, those in pieces with as many of them on each line as fit."""
    if column.items is None:
        return column.cells
    from rich.cells import cell_len  # noqa: PLC0415

    cells = []
    for items, (_, style) in zip(column.items, column.cells, strict=True):
        lines = [""]
        for item in items:
            longer = f"{lines[-1]} {item}".lstrip(" ")
            if cell_len(longer) <= width or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(item)
        cells.append(("\n".join(lines), style))
    return cells


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
