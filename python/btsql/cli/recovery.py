"""Runs that are not recorded yet: `recover`, and what `status` and `history` say of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from btsql.cli.common import Dsn, command, out, output_width, say
from btsql.errors import BtsqlError, OperationFailed, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from uuid import UUID

    import psycopg

    from btsql.database import Target
    from btsql.recovery import StartedRun
    from btsql.spool import Entry, Spool, SpoolSummary


@command
def recover(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE|-]",
            help="Also deliver the records in this file, or on standard input: the lines that btsql wrote to "
            "standard error when it could not write a record to the disk either.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="Record started runs as interrupted even if btsql cannot confirm that their process "
            "has ended.",
        ),
    ] = False,
    run: Annotated[
        list[str] | None,
        typer.Option(
            "--run",
            metavar="ID",
            help="With --force: only this run, by 4 or more of its id's first digits or of its last group's; "
            "repeatable.",
        ),
    ] = None,
    dsn: Dsn = None,
) -> None:
    """Deliver waiting records, mark dead runs as interrupted.

    Records that the database refused before are tried again.
    """
    from btsql.database import connect, find_target
    from btsql.recovery import StartedRun, conclude, deliver, find_started, started_runs, tell_delivery
    from btsql.spool import Spool

    if run and not force:
        raise UsageError("--run is for --force", hint="Type `btsql recover --force --run ID`.")
    target, spool = find_target(dsn), Spool.default()
    told: list[str] = []

    def tell(message: str, hint: str | None = None) -> None:
        told.append(message)
        say(message, hint)

    with connect(target) as connection:
        complaints = _deliver_lines(connection, target, file) if file is not None else 0
        for rejected in (False, True):
            delivery = deliver(connection, target, spool, rejected=rejected)
            tell_delivery(delivery, target, tell)
            complaints += delivery.left
        wanted = None
        if run:
            kept = [StartedRun.of(entry) for entry in spool.started(target.identity)]
            known = [*kept, *started_runs(connection)]
            wanted = {find_started(known, reference).run_id for reference in run}
        started = conclude(connection, target, spool, tell)
        if force:
            told += [one.short_id for one in started]
            started = _conclude_by_force(connection, started, wanted, spool, tell)
        complaints += len(spool.waiting(target.identity, rejected=True))
    _tell_what_remains(started)
    others = spool.summary(target.identity)
    if not told and not started and file is None:
        say(f"nothing waits for {target.dsn}" if others.for_others else "nothing waits")
    _tell_of_others(others)
    if complaints:
        raise OperationFailed(
            "not everything is in the database", hint="`btsql status` tells what is kept where."
        )


def _deliver_lines(connection: psycopg.Connection[Any], target: Target, file: str) -> int:
    """Deliver the records of a file, and return how many were not."""
    from btsql.record import short_id
    from btsql.recovery import send
    from btsql.spool import Unreadable, entries_of

    try:
        entries = entries_of(_text_of(file).splitlines())
    except Unreadable as exc:
        raise UsageError(f"{file} holds a record that is damaged: {exc}") from exc
    if not entries:
        raise UsageError(f"{file} holds no record", hint='Such a line begins with {"btsql_spool".')
    failures = 0
    for entry in entries:
        _check_target(entry, target)
        if entry.process is not None:
            raise UsageError(
                f"run {entry.run_id} has started, and {file} does not know how it ended",
                hint="`btsql recover` looks after such runs by itself; so does `btsql recover --force`.",
            )
        try:
            send(connection, entry.document())
        except BtsqlError as exc:
            if connection.closed:
                raise
            failures += 1
            say(f"run {entry.run_id} is refused: {exc}", exc.hint)
        else:
            say(f"delivered run {short_id(entry.run_id)} to {target.dsn}")
    return failures


def _text_of(file: str) -> str:
    try:
        if file == "-":
            return sys.stdin.read()
        from pathlib import Path

        return Path(file).read_text(encoding="utf-8", errors="replace")
    except OSError as exc:
        raise UsageError(f"{file} cannot be read: {exc.strerror}") from exc


def _check_target(entry: Entry, target: Target) -> None:
    from btsql.spool import NOWHERE

    if entry.identity not in {NOWHERE, target.identity}:
        raise UsageError(
            f"run {entry.run_id} is for {entry.dsn}, and this database is {target.dsn}",
            hint=f"Type `btsql recover FILE --dsn '{entry.dsn}'`, with the password if there is one.",
        )


def _conclude_by_force(
    connection: psycopg.Connection[Any],
    started: Sequence[StartedRun],
    only: Collection[UUID] | None,
    spool: Spool,
    tell: Callable[..., None],
) -> list[StartedRun]:
    from btsql.recovery import interrupt

    left = []
    for each in started:
        if (only is not None and each.run_id not in only) or each.state == "running":
            left.append(each)
        elif interrupt(connection, each, "marked by hand with btsql recover --force", spool, tell):
            say(f"run {each.short_id[:8]} ({each.strategy_name}) is recorded as interrupted, as you say")
    return left


def _tell_what_remains(started: Sequence[StartedRun]) -> None:
    for each in started:
        hint = None if each.state == "running" else "If you know that it is gone: btsql recover --force"
        say(f"{_line(each)}: left as it is", hint)


def _tell_of_others(summary: SpoolSummary) -> None:
    """Tell of the records that wait for other databases, and what delivers them."""
    from btsql.recovery import recover_command

    if not summary.for_others:
        return
    lines = [
        command
        if command
        else f"btsql recover FILE, for a file in {summary.directory} of an unknown database"
        for command in (recover_command(other.identity, other.dsn) for other in summary.others)
    ]
    verb = "waits" if summary.for_others == 1 else "wait"
    say(
        f"{summary.for_others} {verb} for other databases",
        "\n".join(["To deliver, type this, with the password if there is one:", *lines] if lines else []),
    )


def out_started(
    started: Sequence[StartedRun], *, strategy: str | None, type: str | None, instrument: str | None
) -> None:
    """Print the started runs that these filters let through, for people."""
    from btsql.render.tables import wrapped

    for each in started:
        if (
            strategy in {None, each.strategy_name}
            and type in {None, each.strategy_type}
            and (instrument is None or instrument in (each.instruments or []))
        ):
            out(wrapped(_line(each), output_width()))


def _line(run: StartedRun) -> str:
    from btsql.render.values import local_time, printable

    parts = [
        f"{run.state:<12}",
        run.short_id[:8],
        run.strategy_name,
        " ".join(run.instruments or []),
        f"started {local_time(run.started_at, '%Y-%m-%d %H:%M %Z')}",
    ]
    host, process_id = run.process.get("host"), run.process.get("process_id")
    if host is not None:
        parts.append(f"on {host}, process {process_id}")
    return printable("  ".join(part for part in parts if part))


def started_facts(started: Sequence[StartedRun]) -> dict[str, Any]:
    """Return how many runs have started and not ended, by state, for `status`."""
    states: dict[str, int] = {}
    for run in started:
        states[run.state] = states.get(run.state, 0) + 1
    return {"started": states}


def _foreign(summary: SpoolSummary) -> str:
    from btsql.render.values import printable

    names = [printable(name) for name in summary.foreign_files]
    return ", ".join(names + ["..."] * (summary.foreign > len(names)))


def _others(summary: SpoolSummary) -> str:
    from btsql.render.values import printable

    return ", ".join(printable(other.dsn or "an unknown one") for other in summary.others) or "unknown"


def spool_facts(target: Target, *, as_document: bool) -> dict[str, Any]:
    """Return what is in the spool, for `status`: a text for people, an object for programs."""
    from btsql.spool import Spool

    try:
        summary = Spool.default().summary(target.identity)
    except BtsqlError:  # an account without a home has none
        return {"spool": None}
    if as_document:
        names = ("waiting", "oldest", "started", "for_others", "rejected", "foreign", "foreign_files")
        others = [{"dsn": other.dsn, "records": other.records} for other in summary.others]
        facts = {n: getattr(summary, n) for n in names} | {"others": others}
        return {"spool": {"directory": str(summary.directory)} | facts}
    parts = [f"{summary.waiting} waiting{f', since {summary.oldest}' if summary.oldest else ''}"]
    for number, what in (
        (summary.started, "started and not ended"),
        (summary.for_others, f"for other databases ({_others(summary)})"),
        (summary.rejected, "refused"),
        (summary.foreign, f"that are no records ({_foreign(summary)})"),
    ):
        if number:
            parts.append(f"{number} {what}")
    empty = summary.waiting == 0 and len(parts) == 1
    return {"spool": "empty" if empty else f"{', '.join(parts)}, in {summary.directory}"}
