"""The pictures in docs/images are what the commands write to a terminal.

BTSQL_UPDATE_DOCS=1 takes them anew.
"""

from __future__ import annotations

import io
import os
import re
import sys
from html import unescape
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from btsql.database import Target
from examples import record_examples
from terminal import on_terminal

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
COLUMNS = 100
PICTURES = {
    "history": ("history",),
    "show": ("show", "5be0917c"),
    "compare": ("compare", "a3f1c20b", "5be0917c", "81f2a6d4"),
    "best": ("best", "--metric", "sharpe_ratio"),
    "strategy": ("strategy", "sma_crossover"),
}
FONTS = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)  # nothing is loaded from elsewhere
TEXT = re.compile(r"<text[^>]*>(.*?)</text>", re.DOTALL)


def picture(name: str, written: str) -> str:
    """Return an SVG of what a command wrote."""
    console = Console(
        record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(Text.from_ansi(written.rstrip()), soft_wrap=False)
    svg = console.export_svg(title=f"btsql {' '.join(PICTURES[name])}", unique_id=f"btsql-{name}")
    return FONTS.sub("", svg)


def words(svg: str) -> str:
    """Return what can be read in a picture."""
    return "\n".join(unescape(text).replace("\N{NO-BREAK SPACE}", " ") for text in TEXT.findall(svg))


@pytest.mark.parametrize("name", PICTURES)
def test_the_picture_shows_what_the_command_writes(
    database: Target, environment: dict[str, str], name: str
) -> None:
    record_examples(database)
    coloured = {key: value for key, value in environment.items() if key != "NO_COLOR"} | {"BTSQL_PAGER": ""}
    session = on_terminal([sys.executable, "-m", "btsql", *PICTURES[name]], coloured, columns=COLUMNS)
    assert session.exit_code == 0, session.text
    taken = picture(name, session.written.replace("\r\n", "\n"))
    path = IMAGES / f"{name}.svg"
    if os.environ.get("BTSQL_UPDATE_DOCS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(taken)
    assert words(path.read_text()) == words(taken)
    assert "sma_crossover" in words(taken)
