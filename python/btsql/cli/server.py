"""Commands about the database: `init`, `status`, `server` and `psql`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from btsql.cli.common import BriefFormat, BriefOutputFormat, Dsn, command, fail, out, output_width, say
from btsql.cli.recovery import spool_facts, started_facts
from btsql.errors import BtsqlError, SchemaMissing

if TYPE_CHECKING:
    from btsql.database import Target

app = typer.Typer(
    help="The private PostgreSQL, used when no other is given.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@command
def init(
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Also print the output of Sqitch.")
    ] = False,
    dsn: Dsn = None,
) -> None:
    """Deploy the schema, or bring it up to date, and verify it. Recorded runs do not change."""
    from btsql import deployment
    from btsql.cli.deploying import deploying
    from btsql.database import connect, find_target
    from btsql.recovery import settle

    target = find_target(dsn)
    with connect(target, check_schema=False) as connection:
        deployment.require_owner(connection)
    say(f"deploying to {target.dsn}")
    with deploying(verbose=verbose) as progress:
        deployment.deploy(target, progress.report)
    with connect(target) as connection:
        settle(connection, target, say)
    done = (
        f"deployed in {progress.deployed} change{'' if progress.deployed == 1 else 's'}"
        if progress.deployed
        else "up to date"
    )
    say(
        f"the schema is in place: {done}, and verified",
        "Backtests are saved from now on; `btsql history` lists them.",
    )


def ready_to_save(dsn: str | None) -> None:
    """See to it that a run will be saved, while there is time to do something about it.

    A database that is away is reported, but does not stop the run. The user did not choose the private
    server, so deploy its schema without asking.
    """
    from btsql import deployment
    from btsql.cli.deploying import deploying
    from btsql.recorder import recorder

    own = recorder(dsn)
    try:
        own.check(may_wait=True, may_deploy=False)  # which is shown below
    except SchemaMissing:
        target = own.target()
        if target.server is None:
            raise
        say(deployment.OF_NEW_DATABASE)
        with deploying() as progress:
            deployment.deploy(target, progress.report)
        own.check()


@command
def status(format: BriefOutputFormat = BriefFormat.TABLE, dsn: Dsn = None) -> None:
    """Tell which database is used, and what is in it."""
    from btsql.database import SCHEMA_VERSION, connect, find_target
    from btsql.recovery import settle
    from btsql.runs import count_runs

    target = find_target(dsn)
    facts: dict[str, Any] = {"dsn": target.dsn, "embedded": target.server is not None}
    problem: BtsqlError | None = None
    try:
        with connect(target, check_schema=False) as connection:
            _add_database_facts(facts, connection)
            problem = _schema_problem(connection)
            started = {} if problem else started_facts(settle(connection, target, say))
            if facts["schema_version"] == SCHEMA_VERSION:  # counted once all is delivered
                facts["runs"] = count_runs(connection)
            facts |= started
    except BtsqlError as exc:
        problem = exc
    if format is BriefFormat.TABLE and not facts.get("started"):
        facts.pop("started", None)
    facts |= spool_facts(target, as_document=format is BriefFormat.JSON)
    if format is BriefFormat.JSON:
        facts["problem"] = None if problem is None else str(problem)
    _print_facts(facts, format)
    if problem is not None:
        fail(problem)


def _add_database_facts(facts: dict[str, Any], connection: Any) -> None:
    """Add what the database tells of itself, up to where it refuses."""
    from btsql import database

    needed = database.SCHEMA_VERSION
    facts["server_version"] = connection.info.parameter_status("server_version")
    facts |= {"schema_version": None, "schema_version_needed": needed, "runs": None}
    facts["schema_version"] = database.schema_version(connection)


def _schema_problem(connection: Any) -> BtsqlError | None:
    from btsql.database import require_schema

    try:
        require_schema(connection)
    except BtsqlError as exc:
        return exc
    return None


def _print_facts(facts: dict[str, Any], format: BriefFormat) -> None:
    if format is BriefFormat.JSON:
        from btsql.render.documents import as_json

        out(as_json(facts))
        return
    from btsql.render.tables import hanging

    width = max(len(name) for name in facts)
    for name, value in facts.items():
        if value is not None and value != "":
            out(hanging(f"{name.replace('_', ' '):<{width}}  ", _fact_text(value), output_width()))


def _fact_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{count} {name}" for name, count in value.items()) or "none yet"
    return str(value)


@app.command("start")
@command
def server_start() -> None:
    """Start the private PostgreSQL. Every command does this by itself when it needs it."""
    from btsql.embedded import EmbeddedServer

    server = EmbeddedServer.default()
    say("started" if server.start() else "it was running already")
    out(server.uri())


@app.command("stop")
@command
def server_stop() -> None:
    """Stop the private PostgreSQL. Recorded runs are kept."""
    from btsql.embedded import EmbeddedServer

    say("stopped" if EmbeddedServer.default().stop() else "it was not running")


@app.command("status")
@command
def server_status(format: BriefOutputFormat = BriefFormat.TABLE) -> None:
    """Tell whether the private PostgreSQL runs, and where its files are."""
    from dataclasses import asdict

    from btsql.embedded import EmbeddedServer

    facts = asdict(EmbeddedServer.default().status())
    _print_facts(
        {name: os.fspath(v) if isinstance(v, os.PathLike) else v for name, v in facts.items()}, format
    )


@command
def psql(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[-- PSQL OPTIONS]", help="Everything after -- is passed on to psql."),
    ] = None,
    dsn: Dsn = None,
) -> None:
    """Open psql on the database.

    On a terminal, tables are fitted to its width. SQL can also come from standard input.

    For example: btsql psql -- -c 'SELECT * FROM list_runs()'
    """
    from btsql.database import connect, find_target
    from btsql.recovery import settle

    target = find_target(dsn)
    with connect(target) as connection:
        settle(connection, target, say)
    _become_psql(target, arguments or [])


def _become_psql(target: Target, arguments: list[str]) -> None:
    from btsql.deployment import client_environment, psql_program

    program = psql_program(target)
    # On a terminal, cells are broken so that the table fits; elsewhere psql leaves them whole.
    # Of an error, where in our functions it was raised is of no use.
    command = [program, "--pset=format=wrapped", "--set=SHOW_CONTEXT=never", *arguments]
    os.execve(program, command, client_environment(target))  # noqa: S606 - no shell is wanted
