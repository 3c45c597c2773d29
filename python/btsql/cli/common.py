"""What the commands share: their common options, how they end, and where their output goes."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, ParamSpec, TypeVar

import typer

from btsql.errors import BtsqlError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    import psycopg

P = ParamSpec("P")
R = TypeVar("R")

INTERRUPTED = 130

Dsn = Annotated[
    str | None,
    typer.Option(
        "--dsn",
        metavar="DSN",
        help="The database, as a URI or in libpq's keywords. By default that of BTSQL_DSN, of libpq's variables, or "
        "a private PostgreSQL that btsql runs itself.",
    ),
]


class Format(StrEnum):
    """How to print."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"


OutputFormat = Annotated[Format, typer.Option("--format", help="How to print: for people or for programs.")]
RunReference = Annotated[
    str,
    typer.Argument(
        metavar="RUN",
        help="An id, 4 or more of its first digits or of the first digits of its last group, @ for the newest run, "
        "@~1 for the one before it, @ok for the newest success.",
        show_default=False,
    ),
]


def command(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function a command that ends with the documented exit codes and never with a traceback of ours."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except BtsqlError as exc:
            fail(exc)
        except KeyboardInterrupt:
            say("interrupted")
            raise SystemExit(INTERRUPTED) from None
        except BrokenPipeError:
            # Whoever read our output has had enough. Python would complain once more when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise SystemExit(0) from None

    return wrapper


def fail(exc: BtsqlError) -> NoReturn:
    """Print an error with what to do about it, and end with its exit code."""
    say(str(exc), exc.hint)
    raise SystemExit(exc.exit_code) from None


def say(message: str, hint: str | None = None) -> None:
    """Print a message for people, on standard error."""
    from btsql.render import printable  # noqa: PLC0415

    sys.stderr.write(f"btsql: {printable(message, keep=chr(10))}\n")
    if hint:
        sys.stderr.write(f"       {printable(hint, keep=chr(10))}\n")
    sys.stderr.flush()


def out(text: str) -> None:
    """Print data, on standard output."""
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")


def output_width() -> int | None:
    """Return the columns of the terminal that the output goes to, None when it does not go to one."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


@contextmanager
def connected(dsn: str | None) -> Iterator[psycopg.Connection[Any]]:
    """Connect to the database that the user means, with the schema in place."""
    from btsql.database import connect, find_target  # noqa: PLC0415

    with connect(find_target(dsn)) as connection:
        yield connection


def moment(option: str, text: str | None) -> datetime | None:
    """Return the instant that an option gives; without a zone it is in the user's own.

    Raises
    ------
    UsageError
        It is not a date or a time.

    """
    if text is None:
        return None
    from datetime import datetime  # noqa: PLC0415

    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError as exc:
        raise UsageError(
            f"{option} is not a date or a time: {text!r}", hint="Write it as 2024-01-31 or 2024-01-31T15:04."
        ) from exc
