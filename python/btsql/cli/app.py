"""The commands of `btsql`."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import typer

HELP = """Save every backtest into PostgreSQL; find, rank and compare them.

Exit codes: 0 ok, 1 the backtest or the operation failed, 2 usage, 3 not found, 4 ambiguous reference,
5 database unavailable, 6 data source or strategy unavailable, 7 the run ended and its record waits in the
spool, 10 duplicate found, 11 reproduction differs (--strict), 130 interrupted by the user.
"""

# A shell takes each line for a candidate, and Rich wraps the help of an option to the terminal.
ONE_LINE = "10000"

OTHERS_OPTIONS = {"ignore_unknown_options": True}

# Where each command is, in the order in which `--help` lists them, groups last.
COMMANDS: dict[str, tuple[str, dict[str, Any]]] = {
    "run": ("execution:run", {}),
    "exec": ("scripts:execute", {"allow_interspersed_args": False, "ignore_unknown_options": True}),
    "rerun": ("reruns:rerun", {}),
    "check-duplicate": ("duplicates:check_duplicate", {}),
    "history": ("queries:history", {}),
    "show": ("queries:show", {}),
    "config": ("reruns:config", {}),
    "compare": ("comparisons:compare", {}),
    "best": ("comparisons:best", {}),
    "strategy": ("comparisons:strategy", {}),
    "note": ("notes:note", {}),
    # A tag to take off looks like options: none of its letters may mean one.
    "tag": ("notes:tag", OTHERS_OPTIONS | {"help_option_names": ["--help"]}),
    "delete": ("notes:delete", {}),
    "check": ("notes:check", {}),
    "status": ("server:status", {}),
    "recover": ("recovery:recover", {}),
    "init": ("server:init", {}),
    "psql": ("server:psql", OTHERS_OPTIONS),
    "completion": ("completion:completion", {}),
    "server": ("server:app", {}),
}


def commands(named: str | None = None) -> typer.Typer:
    """Return the application: with the command that is named alone, or with all of them.

    To import and build what nobody asked for would take a tenth of the time of most commands.
    """
    is_asked = "_BTSQL_COMPLETE" in os.environ  # by a shell; `btsql completion` makes it
    if is_asked:
        os.environ["COLUMNS"] = ONE_LINE
    app = typer.Typer(
        name="btsql",
        help=HELP,
        no_args_is_help=True,
        add_completion=is_asked,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(options)
    for name in [named] if named in COMMANDS else COMMANDS:
        place, settings = COMMANDS[name]
        module, _, attribute = place.partition(":")
        found = getattr(import_module(f"btsql.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name, context_settings=settings)(found)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        from btsql import __version__

        typer.echo(f"btsql {__version__}")
        raise typer.Exit


def options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Hold the options that come before any command."""
    _ = version
