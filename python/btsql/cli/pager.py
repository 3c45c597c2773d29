"""Shows what is longer than the terminal page by page, as Git does."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys

DEFAULT = "less"
LESS_OPTIONS = "FRX"  # end at once what fits, pass colours on, leave the text on the screen


def page(text: str) -> bool:
    """Show a text in the user's pager, and tell whether that was wanted and possible.

    The pager is BTSQL_PAGER, else PAGER, else less; an empty one or `cat` is none.
    """
    if not (sys.stdout.isatty() and sys.stdin.isatty() and _is_long(text)):
        return False
    pager = os.environ.get("BTSQL_PAGER", os.environ.get("PAGER", DEFAULT))
    if pager.strip() in {"", "cat"}:
        return False
    environment = {"LESS": LESS_OPTIONS, "LV": "-c"} | os.environ
    sys.stdout.flush()
    try:
        process = subprocess.Popen(
            shlex.split(pager), stdin=subprocess.PIPE, env=environment, text=True, errors="backslashreplace"
        )
    except (OSError, ValueError):
        return False
    _feed(process, text)
    return process.returncode != 127  # what a wrapper says of a program that is not there


def _feed(process: subprocess.Popen[str], text: str) -> None:
    # Ctrl-C is for the pager, which goes on.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process.communicate(text)
    finally:
        signal.signal(signal.SIGINT, before)


def _is_long(text: str) -> bool:
    return text.count("\n") >= shutil.get_terminal_size().lines
