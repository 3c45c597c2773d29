"""What the commands share: their common options, how they end, and where their output goes."""

from __future__ import annotations

import functools
import os
import re
import shutil
import sys
from contextlib import contextmanager, suppress
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, ParamSpec, TypeVar

import typer

from btsql.cli import INTERRUPTED
from btsql.errors import BtsqlError, OperationFailed, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    import psycopg

    from btsql.recovery import StartedRun
    from btsql.render.tables import Column
    from btsql.run_details import RunDetails

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

MESSAGE_WIDTH = 100
DAYS_AGO = {"today": 0, "yesterday": 1}
AGO = re.compile("([0-9]+)(min|m|h|d|w)", re.ASCII)
MINUTES = {"m": 1, "min": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}

Dsn = Annotated[
    str | None,
    typer.Option(
        "--dsn",
        metavar="DSN",
        help="The database, as a URI or in libpq's keywords. By default BTSQL_DSN, else libpq's "
        "variables, else a private PostgreSQL that btsql runs itself.",
    ),
]


class Format(StrEnum):
    """How to print."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"
    MARKDOWN = "markdown"


def completed(candidates: str) -> Callable[[typer.Context, str], list[str]]:
    """Return what a shell asks for candidates, of the name of a function of btsql.cli.completion."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        from btsql.cli import completion

        found: list[str] = getattr(completion, candidates)(ctx, incomplete)
        return found

    return complete


class BriefFormat(StrEnum):
    """How to print what is no table of runs."""

    TABLE = "table"
    JSON = "json"


OutputFormat = Annotated[Format, typer.Option("--format", help="How to print: for people or for programs.")]
BriefOutputFormat = Annotated[
    BriefFormat, typer.Option("--format", help="How to print: for people or for programs.")
]
RunReference = Annotated[
    str,
    typer.Argument(
        metavar="RUN",
        help="An id, 4 or more first digits of it or of its last group, @ for the newest run, @~1 for "
        "the one before it, @ok for the newest success.",
        show_default=False,
        autocompletion=completed("runs"),
    ),
]


def command(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function a command that ends with a documented exit code and never with a traceback of ours."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            result = function(*args, **kwargs)
            with _output_errors():
                sys.stdout.flush()
        except BtsqlError as exc:
            fail(exc)
        except KeyboardInterrupt:
            say("interrupted")
            raise SystemExit(INTERRUPTED) from None
        except BrokenPipeError:
            _drop_output()  # whoever read it has had enough
            raise SystemExit(0) from None
        return result

    return wrapper


@contextmanager
def _output_errors() -> Iterator[None]:
    """Tell of data that could not be written, as on a full disk."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as exc:
        _drop_output()
        raise OperationFailed(f"the output cannot be written: {exc.strerror}") from exc


def end_without_output(exc: OSError) -> None:
    """End as a command whose output cannot be written, where no command has begun.

    Typer prints help and the version itself, unguarded. What a command raises is no error of the output, to
    which it has seen; nor is what has the name of a file.
    """
    from traceback import walk_tb

    if exc.filename is not None or any(
        frame.f_globals is globals() for frame, _ in walk_tb(exc.__traceback__)
    ):
        return
    try:
        with _output_errors():
            raise exc
    except OperationFailed as failed:
        fail(failed)


def _drop_output() -> None:
    """Keep Python from complaining once more about output that nobody takes, when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def fail(exc: BtsqlError) -> NoReturn:
    """Print an error with what to do about it, and end with its exit code."""
    say(str(exc), exc.hint)
    raise SystemExit(exc.exit_code) from None


def say(message: str, hint: str | None = None) -> None:
    """Print a message for people, on standard error; on a terminal its lines end between words."""
    from btsql.render.values import message_text

    columns = shutil.get_terminal_size().columns if sys.stderr.isatty() else None
    with suppress(OSError):  # nobody listens
        sys.stderr.write(message_text(message, hint, columns and min(columns, MESSAGE_WIDTH)))
        sys.stderr.flush()


@contextmanager
def working(what: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal that something long is under way; what is yielded tells what is done now."""
    if not sys.stderr.isatty():
        yield lambda _what: None
        return
    from rich.console import Console

    with Console(stderr=True).status(what) as status:
        yield status.update


def say_why_empty(*, filtered: bool, misses: Sequence[tuple[str, str | None]] = ()) -> None:
    """Tell why there is nothing to list, and what to do next.

    `misses` are what was searched for and no run has, each with what may be meant.
    """
    if misses:
        for message, hint in misses:
            say(message, hint)
    elif filtered:
        say("no run matches these filters", "`btsql history` lists the newest of all runs.")
    else:
        say(
            "nothing is recorded yet",
            "Try `btsql run sma_crossover --instrument TEST.SIM --data mock`,\nor put "
            "`import btsql; btsql.autosave()` at the top of a script that runs a Nautilus backtest.",
        )


def out(text: str) -> None:
    """Print data, on standard output."""
    if not text:
        return
    with _output_errors():
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")


def out_documents(documents: Sequence[Mapping[str, Any]], names: Sequence[str], format: Format) -> None:
    """Print rows as CSV or TSV: verbatim for programs, on a terminal without what it would obey."""
    from btsql.render.documents import as_delimited
    from btsql.render.values import printable

    text = as_delimited(documents, names, "," if format is Format.CSV else "\t")
    out(printable(text, keep="\n\t") if sys.stdout.isatty() else text)


def out_listing(
    rows: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    columns: Callable[[], Sequence[Column]],
    format: Format,
) -> None:
    """Print rows: as documents for programs, as the columns of a table for people."""
    if format is Format.JSON:
        from btsql.render.documents import as_json

        out(as_json(rows))
    elif format in {Format.CSV, Format.TSV}:
        out_documents(rows, names, format)
    elif rows:
        from btsql.render.tables import markdown_table, table

        if format is Format.MARKDOWN:
            out(markdown_table(columns()))
        else:
            out_paged(table(columns(), output_width()))


def out_paged(text: str) -> None:
    """Print a text for people: in the user's pager, where it is longer than the terminal."""
    from btsql.cli.pager import page

    if not page(text):
        out(text)


def out_details(run: RunDetails, format: Format) -> None:
    """Print one whole run for programs."""
    from btsql.render.documents import as_json, details_document

    document = details_document(run)
    if format is Format.JSON:
        out(as_json(document))
    elif format is Format.MARKDOWN:
        from btsql.render.details import details_markdown

        out(details_markdown(run))
    else:
        out_documents([document], list(document), format)


def output_width() -> int | None:
    """Return the columns of the terminal that the output goes to, None when it does not go to one."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def output_takes(characters: str) -> bool:
    """Tell whether the output's encoding has these characters."""
    try:
        characters.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


@contextmanager
def connected(dsn: str | None) -> Iterator[psycopg.Connection[Any]]:
    """Connect to the database that the user means, its schema in place, and deliver what waits for it."""
    from btsql.database import connect, find_target
    from btsql.recovery import settle

    target = find_target(dsn)
    with connect(target) as connection:
        settle(connection, target, say)
        yield connection


def answer(dsn: str | None, question: Callable[[psycopg.Connection[Any]], T]) -> tuple[T, list[StartedRun]]:
    """Connect likewise, and return the answer to a question, and the runs that have started and not ended."""
    from btsql.database import connect, find_target
    from btsql.recovery import ask

    target = find_target(dsn)
    with connect(target, check_schema=False) as connection:
        return ask(connection, target, question, say)


def moment(option: str, text: str | None) -> datetime | None:
    """Return the instant that an option gives: a date, a time, `today`, `yesterday`, or as `7d` how long ago.

    Without a zone it is in the user's own.

    Raises
    ------
    UsageError
        It is not a date or a time.

    """
    if text is None:
        return None
    from datetime import UTC, datetime, time, timedelta

    from btsql.zones import in_local_zone

    now = in_local_zone(datetime.now(UTC))
    try:
        if text in DAYS_AGO:
            return in_local_zone(datetime.combine(now.date() - timedelta(days=DAYS_AGO[text]), time.min))
        if ago := AGO.fullmatch(text):
            return now - timedelta(minutes=int(ago[1]) * MINUTES[ago[2]])
        return in_local_zone(datetime.fromisoformat(text))
    except (ValueError, OverflowError) as exc:
        raise UsageError(
            f"{option} is not a date or a time: {text!r}",
            hint="Write it as 2024-01-31 or 2024-01-31T15:04, today or yesterday, or as 90m, 12h, 7d or 2w, "
            "which is that long ago.",
        ) from exc
