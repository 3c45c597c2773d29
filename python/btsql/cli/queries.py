"""Commands that read: `history` and `show`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from btsql.cli.common import (
    Dsn,
    Format,
    OutputFormat,
    RunReference,
    command,
    connected,
    moment,
    out,
    out_details,
    out_documents,
    output_width,
    say,
)
from btsql.errors import UsageError

if TYPE_CHECKING:
    from btsql.runs import RunDetails


@command
def history(  # noqa: PLR0917 - options of a command
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=1000, help="How many runs to list.")] = 20,
    strategy: Annotated[str | None, typer.Option(help="Only runs of the strategy with this name.")] = None,
    type: Annotated[
        str | None, typer.Option(help="Only runs of this type of strategy, as sma_crossover.")
    ] = None,
    instrument: Annotated[
        str | None, typer.Option(help="Only runs on this instrument, as AAPL.XNAS.")
    ] = None,
    status: Annotated[str | None, typer.Option(help="Only success, failure or interrupted.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only runs started at or after this date or time.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only runs started before this date or time.")
    ] = None,
    format: OutputFormat = Format.TABLE,
    dsn: Dsn = None,
) -> None:
    """List recorded backtests, newest first."""
    from btsql.runs import RunSummary, list_runs

    with connected(dsn) as connection:
        runs = list_runs(
            connection,
            strategy_name=strategy,
            strategy_type=type,
            instrument=instrument,
            status=status,
            since=moment("--since", since),
            until=moment("--until", until),
            result_limit=limit,
        )
    from btsql import render

    if format is Format.JSON:
        out(render.as_json([render.summary_document(run) for run in runs]))
    elif format is not Format.TABLE:
        out_documents([render.summary_document(run) for run in runs], list(RunSummary.__slots__), format)
    elif runs:
        out(render.history_table(runs, output_width()))
    if not runs:
        _say_why_empty(filtered=any((strategy, type, instrument, status, since, until)))


def _say_why_empty(*, filtered: bool) -> None:
    if filtered:
        say("no run matches these filters", "`btsql history` lists the newest of all runs.")
    else:
        say(
            "nothing is recorded yet",
            "Try `btsql run sma_crossover --instrument TEST.SIM --data mock`,\nor put "
            "`import btsql; btsql.autosave()` at the top of a script that runs a Nautilus backtest.",
        )


@command
def show(
    run: RunReference,
    config: Annotated[
        bool, typer.Option("--config", help="Print only the configuration snapshot, as JSON.")
    ] = False,
    traceback: Annotated[
        bool, typer.Option("--traceback", help="Print only the traceback of a failed run.")
    ] = False,
    format: OutputFormat = Format.TABLE,
    dsn: Dsn = None,
) -> None:
    """Show all that is recorded of one backtest."""
    if config and traceback:
        raise UsageError("--config and --traceback cannot be printed at once", hint="Give one of them.")
    from btsql.runs import get_run

    with connected(dsn) as connection:
        details = get_run(connection, run)
    from btsql import render

    if config:
        out(render.as_json(details.snapshot))
    elif traceback:
        _show_traceback(details)
    elif format is Format.TABLE:
        out(render.details_text(details, output_width()))
    else:
        out_details(details, format)


def _show_traceback(details: RunDetails) -> None:
    from btsql import render

    if details.error_traceback:
        out(render.printable(details.error_traceback, keep="\n\t"))
    else:
        say(f"run {details.short_id} has no traceback: it ended as {details.status}")
