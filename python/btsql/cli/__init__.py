"""The command line: each command parses, makes one call and renders. Imports wait until needed."""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

INTERRUPTED = 130

# Python looks for garbage each time it has made so many objects. Most are made by imports, and are none: at
# Python's usual 700 the search takes a tenth of a command's time.
OBJECTS_BEFORE_A_SEARCH = 100_000
USUAL_THRESHOLD = gc.get_threshold()


def main() -> None:
    """Run the `btsql` command."""
    gc.set_threshold(OBJECTS_BEFORE_A_SEARCH)
    _prepare_output()
    try:
        from btsql.cli.app import commands

        sys.exit(commands(*sys.argv[1:2])(prog_name="btsql"))
    except KeyboardInterrupt:  # before a command could see it
        sys.exit(INTERRUPTED)
    except OSError as exc:
        from btsql.cli.common import end_without_output

        end_without_output(exc)
        raise
    except SystemExit as exc:
        if exc.code == 1 and isinstance(exc.__context__, BrokenPipeError):  # so Typer ends then
            sys.exit(0)
        raise
    finally:
        if gc.get_threshold() != USUAL_THRESHOLD:
            gc.freeze()  # nor is there anything to look for at the end, when the system takes all of it


def look_for_garbage() -> None:
    """Have Python look for garbage as it usually does: what is imported is, and a backtest begins."""
    gc.set_threshold(*USUAL_THRESHOLD)


def _prepare_output() -> None:
    """Have an output that takes every text: a closed one swallows it, one of few characters shows escapes."""
    if sys.stdout is None:
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")
