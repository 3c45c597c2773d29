"""How the library tells the user something, and how text is made harmless for a terminal."""

from __future__ import annotations

import sys


def announce(message: str, hint: str | None = None) -> None:
    """Tell the user, on standard error; a closed terminal is no reason to fail a backtest."""
    text = "btsql: " + printable(message, keep="\n")
    if hint:
        text += "\n" + printable(hint, keep="\n")
    write_line(text.replace("\n", "\n       "))


def write_line(text: str) -> bool:
    """Write a line to standard error as it is, and tell whether it could be written."""
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except Exception:  # noqa: BLE001 - it may be closed, None, or anything that a user put there
        return False
    return True


def printable(text: str, *, keep: str = "") -> str:
    """Return text with every character that a terminal might obey written as an escape, but for `keep`."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or c in keep else c.encode("unicode_escape").decode("ascii") for c in text
    )
