"""Commands that read: `history` and `show`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from btsql.cli.common import (
    Dsn,
    Format,
    OutputFormat,
    RunReference,
    answer,
    command,
    completed,
    out,
    out_details,
    out_listing,
    out_paged,
    output_width,
    say,
    say_why_empty,
)
from btsql.cli.filters import (
    LARGEST_PAGE,
    Instrument,
    Limit,
    Since,
    Strategy,
    Tags,
    Type,
    Until,
    Where,
    search_of,
)
from btsql.cli.lineage import Lineage, lineage_of
from btsql.cli.recovery import out_started
from btsql.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    from btsql.run_details import RunDetails
    from btsql.runs import RunSummary


@command
def history(  # noqa: PLR0917 - options of a command
    limit: Limit = 20,
    strategy: Strategy = None,
    type: Type = None,
    instrument: Instrument = None,
    status: Annotated[
        str | None,
        typer.Option(
            help="Only runs with this status: success, failure or interrupted.",
            autocompletion=completed("statuses"),
        ),
    ] = None,
    since: Since = None,
    until: Until = None,
    data_since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only runs whose data ends at or after this.")
    ] = None,
    data_until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only runs whose data begins before this.")
    ] = None,
    tag: Tags = None,
    where: Where = None,
    sort: Annotated[
        str,
        typer.Option(
            metavar="WHAT",
            help="Sort by date or by a metric, as sharpe_ratio.",
            autocompletion=completed("sort_keys"),
        ),
    ] = "date",
    descending: Annotated[
        bool, typer.Option("--desc/--asc", help="Newest or highest first, or oldest or lowest first.")
    ] = True,
    after: Annotated[
        str | None,
        typer.Option(
            metavar="RUN",
            help="Show the next page: runs after this one, the last run of the previous page.",
            autocompletion=completed("runs"),
        ),
    ] = None,
    format: OutputFormat = Format.TABLE,
    dsn: Dsn = None,
) -> None:
    """List recorded backtests, newest first."""
    from btsql.metric_names import sort_column
    from btsql.runs import list_runs

    search = search_of(
        strategy=strategy,
        type=type,
        instrument=instrument,
        since=since,
        until=until,
        tag=tag,
        where=where,
        status=status,
        data_since=data_since,
        data_until=data_until,
    )
    sort_by = sort_column(sort)

    def question(connection: psycopg.Connection[Any]) -> tuple[list[RunSummary], list[Any]]:
        arguments = search.arguments(connection)
        found = list_runs(
            connection,
            **arguments,
            sort_by=sort_by,
            descending=descending,
            result_limit=min(limit + 1, LARGEST_PAGE),  # one more tells that there are more
            after=after,
        )
        return found, [] if found else search.misses(connection, arguments)

    (runs, misses), started = answer(dsn, question)
    others = (status, until, data_since, data_until, tag, where, after)
    if format is Format.TABLE and not any(others):
        out_started(started, strategy=strategy, type=type, instrument=instrument)
    _print_runs(runs[:limit], sort_by, format)
    search.tell_doubts()
    if not runs:
        if after is not None:
            say(f"no run comes after {after}")
        else:
            say_why_empty(filtered=bool(search.given) or where is not None, misses=misses)
    elif len(runs) > limit:
        say(f"there are more: go on with --after {runs[limit - 1].run_id}")
    elif limit == LARGEST_PAGE == len(runs):
        say(f"there may be more: go on with --after {runs[-1].run_id}")


def _print_runs(runs: Sequence[RunSummary], sort_by: str, format: Format) -> None:
    from btsql.render.documents import summary_document
    from btsql.render.listing import history_columns
    from btsql.runs import RunSummary

    names = [name for name in RunSummary.__slots__ if name != "sort_value"]
    if sort_by not in {"started_at", *names}:
        names.append(sort_by)
    documents = [summary_document(run, sort_by) for run in runs]
    out_listing(documents, names, lambda: history_columns(runs, sort_by), format)


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
    """Show everything that is recorded about one backtest."""
    if config and traceback:
        raise UsageError("--config and --traceback cannot be printed at once", hint="Give one of them.")
    from btsql.runs import get_run

    has_lineage = not (config or traceback) and format in {Format.TABLE, Format.JSON}

    def question(connection: psycopg.Connection[Any]) -> tuple[RunDetails, Lineage]:
        found = get_run(connection, run)
        return found, lineage_of(connection, found) if has_lineage else Lineage()

    (details, lineage), _ = answer(dsn, question)
    if config:
        from btsql.render.documents import as_json

        out(as_json(details.snapshot))
    elif traceback:
        _show_traceback(details)
    elif format is Format.TABLE:
        from btsql.render.details import details_text

        out_paged(details_text(details, output_width()) + lineage.text())
    elif format is Format.JSON:
        from btsql.render.documents import as_json, details_document

        out(as_json(details_document(details) | lineage.document()))
    else:
        out_details(details, format)


def _show_traceback(details: RunDetails) -> None:
    from btsql.render.values import printable

    if details.error_traceback:
        out(printable(details.error_traceback, keep="\n\t"))
    else:
        say(f"run {details.short_id} has no traceback: it ended as {details.status}")
