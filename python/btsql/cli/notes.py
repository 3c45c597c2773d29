"""Commands that add to a run, take it away or check it: `note`, `tag`, `delete` and `check`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from btsql.cli.common import Dsn, RunReference, command, completed, connected, out, say
from btsql.errors import OperationFailed, UsageError

if TYPE_CHECKING:
    from btsql.run_details import RunDetails


@command
def note(
    run: RunReference,
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help="The text of the note.")],
    dsn: Dsn = None,
) -> None:
    """Add a note to a backtest. `btsql show` shows the notes; the record itself does not change."""
    from btsql.notes import add_note
    from btsql.record import short_id

    with connected(dsn) as connection:
        run_id = add_note(connection, run, " ".join(text))
    say(f"noted, see it with: btsql show {short_id(run_id)}")


@command
def tag(
    ctx: typer.Context,
    run: RunReference,
    tags: Annotated[
        list[str] | None,
        typer.Argument(metavar="[+TAG] [-TAG]...", help="+keep or keep adds a tag, -draft removes one."),
    ] = None,
    dsn: Dsn = None,
) -> None:
    """Add tags to a backtest, or remove them.

    For example: btsql tag @ +keep -draft. It prints the tags that the run then has. `btsql history
    --tag keep` lists the runs with a tag. -h prints this help.
    """
    from btsql.notes import set_tags

    given = tags or []
    if "-h" in {run, *given}:  # as an option it would be found in -half, too
        out(ctx.get_help())
        return
    removed = [text[1:] for text in given if text.startswith("-")]
    added = [text.removeprefix("+") for text in given if not text.startswith("-")]
    with connected(dsn) as connection:
        present = set_tags(connection, run, add=added, remove=removed)
    if present:
        out("\n".join(present))
    else:
        say("the run has no tags")


@command
def delete(
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN",
            help="An id or 4 digits of it; @ is not accepted, because it changes with each new run.",
            autocompletion=completed("runs"),
        ),
    ],
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Delete without asking.")] = False,
    dsn: Dsn = None,
) -> None:
    """Delete a backtest with its metrics, notes and tags. You are asked first."""
    from btsql.runs import delete_run, get_run

    if "@" in run:
        raise UsageError(
            f"delete takes an id, not {run}",
            hint="Which run that is changes with the next; `btsql show` tells its id.",
        )
    with connected(dsn) as connection:
        if yes:
            run_id = delete_run(connection, run)
        else:
            details = get_run(connection, run)
            if not (sys.stdin.isatty() and sys.stderr.isatty()):
                raise UsageError(
                    "nobody can be asked here whether to delete it", hint="Give --yes to delete it."
                )
            if not _confirmed(details):
                say("nothing is deleted")
                raise SystemExit(1)
            run_id = delete_run(connection, str(details.run_id))
    say(f"deleted run {run_id}")


def _confirmed(run: RunDetails) -> bool:
    from btsql.render.details import result_text

    said = [f"{count} {what}" for count, what in _beside(run) if count]
    sys.stderr.write(result_text(run, None) + "\n")
    say(f"this run will be deleted, with its {', '.join(['metrics', *said])}; nothing brings it back")
    sys.stderr.write("       Delete it? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _beside(run: RunDetails) -> list[tuple[int, str]]:
    notes = sum(event["kind"] == "note" for event in run.annotations)
    return [
        (notes, "note" if notes == 1 else "notes"),
        (len(run.tags), "tag" if len(run.tags) == 1 else "tags"),
    ]


@command
def check(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN]",
            help="A run, as for `btsql show`; all runs without it.",
            autocompletion=completed("runs"),
        ),
    ] = None,
    dsn: Dsn = None,
) -> None:
    """Check that recorded backtests were not changed later.

    If some were, prints their ids and ends with exit code 1.
    """
    from btsql.runs import check_run, check_runs

    with connected(dsn) as connection:
        if run is not None:
            if not check_run(connection, run):
                raise OperationFailed(f"run {run} is not what was recorded any more")
            say(f"run {run} is what was recorded")
            return
        changed = check_runs(connection)
    if changed:
        out("\n".join(str(one.run_id) for one in changed))
        what = "1 run is" if len(changed) == 1 else f"{len(changed)} runs are"
        raise OperationFailed(f"{what} not what was recorded any more")
    say("every run is what was recorded")
