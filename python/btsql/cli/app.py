"""The commands of `btsql`, in the order in which `--help` lists them."""

from __future__ import annotations

import os

import typer

from btsql.cli import (
    comparisons,
    completion,
    duplicates,
    execution,
    notes,
    queries,
    recovery,
    reruns,
    scripts,
    server,
)

HELP = """Saves every backtest into PostgreSQL; finds, ranks and compares them.

Exit codes: 0 ok, 1 the backtest or the operation failed, 2 usage, 3 not found, 4 ambiguous reference,
5 database unavailable, 6 data source or strategy unavailable, 7 the run ended and its record waits in the
spool, 10 duplicate found, 11 reproduction differs (--strict), 130 interrupted by the user.
"""

app = typer.Typer(
    name="btsql",
    help=HELP,
    no_args_is_help=True,
    add_completion="_BTSQL_COMPLETE" in os.environ,  # a shell asks; `btsql completion` makes it
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(execution.run)
app.command("exec", context_settings=scripts.SETTINGS)(scripts.execute)
app.command("rerun")(reruns.rerun)
app.command("check-duplicate")(duplicates.check_duplicate)
app.command("config")(reruns.config)
app.command("history")(queries.history)
app.command("show")(queries.show)
app.command("compare")(comparisons.compare)
app.command("best")(comparisons.best)
app.command("strategy")(comparisons.strategy)
app.command("note")(notes.note)
# A tag to take off looks like options: none of its letters may mean one.
app.command("tag", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})(
    notes.tag
)
app.command("delete")(notes.delete)
app.command("check")(notes.check)
app.command("init")(server.init)
app.command("status")(server.status)
app.command("recover")(recovery.recover)
app.add_typer(server.app, name="server")
app.command("completion")(completion.completion)
app.command("psql", context_settings={"ignore_unknown_options": True})(server.psql)


def leave_out_others(named: list[str]) -> None:
    """Build the one command that is named: the options of all would take a tenth of the time of most."""
    chosen = [known for known in app.registered_commands if known.name in named]
    if chosen:
        app.registered_commands = chosen
        app.registered_groups = []


def _version(wanted: bool) -> None:
    if wanted:
        from btsql import __version__

        typer.echo(f"btsql {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Hold the options that come before any command."""
    _ = version
