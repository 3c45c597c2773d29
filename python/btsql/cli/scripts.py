"""The command that runs a user's own script: `exec`."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from btsql.cli.common import Dsn, command
from btsql.errors import UsageError

TAKES_A_VALUE = ("-W", "-X", "--check-hash-based-pycs")
KEEPS_US_OUT = {"E": "ignores the environment", "I": "is isolated", "S": "does without site"}


@command
def execute(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SCRIPT [ARGUMENTS]",
            help="A script or -m MODULE, then its own arguments. Options of Python may come before it.",
            show_default=False,
        ),
    ] = None,
    dsn: Dsn = None,
) -> None:
    """Run a Python script unchanged, and save its backtests.

    The backtests of its child processes are saved, too. Output, tracebacks and exit code are those of the
    script, as without btsql.

    For example: btsql exec my_backtest.py --fast 10
    """
    if not arguments:
        raise UsageError("missing: SCRIPT", hint="For example: btsql exec my_backtest.py")
    _refuse_isolation(arguments)
    from btsql.autorecord import environment_for

    environment = environment_for(os.environ)
    if dsn is not None:
        from btsql.database import find_target

        find_target(dsn)  # while there is time to say that it cannot be read
        environment["BTSQL_DSN"] = dsn
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, *arguments], environment)  # noqa: S606 - no shell is wanted


def _refuse_isolation(arguments: list[str]) -> None:
    """Refuse options that have Python start without what records."""
    options = iter(arguments)
    for option in options:
        if not option.startswith("-") or option[1:2] in ("", "c", "m"):
            return  # the script, and the rest is its own
        if option in TAKES_A_VALUE:
            next(options, None)
        elif option[1] not in "-WX":
            for letter in KEEPS_US_OUT.keys() & set(option):
                raise UsageError(
                    f"with {option} nothing can be saved: Python {KEEPS_US_OUT[letter]}",
                    hint="Leave that option out, or call btsql.autosave() in the script.",
                )
