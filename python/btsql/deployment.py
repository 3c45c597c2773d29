"""Deploys the schema with Sqitch, from the project that the package carries or from the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from btsql.database import connect, connection_parameters, translated_errors
from btsql.errors import DatabaseUnavailable, OperationFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    from btsql.database import Target

REGISTRY = "btsql_sqitch"
OF_NEW_DATABASE = "the private database is new: its schema is deployed, which takes some seconds, once"
INSTALLED = Path("/usr/lib/postgresql")  # where Debian has a directory for each version


def libpq_variables() -> dict[str, str]:
    """Return the environment variable of each connection parameter that has one, as libpq has it."""
    from psycopg import pq  # noqa: PLC0415

    return {
        option.keyword.decode(): option.envvar.decode()
        for option in pq.Conninfo.get_defaults()
        if option.envvar
    }


def project_directory() -> Path:
    """Return the directory of the Sqitch project: inside the installed package, or the checkout's top."""
    package = Path(__file__).resolve().parent
    return next(
        (place for place in (package / "sqitch", package.parents[1]) if (place / "sqitch.plan").exists()),
        package / "sqitch",
    )


def psql_program(target: Target) -> str:
    """Return a real psql: Debian's /usr/bin/psql is a wrapper that takes longer to start than psql itself."""
    if target.server is not None:
        return os.fspath(target.server.psql)
    # What else is there may be named anything.
    installed = sorted((_version(program), program) for program in INSTALLED.glob("*/bin/psql"))
    if installed and installed[-1][0]:
        return os.fspath(installed[-1][1])
    from btsql.embedded import EmbeddedServer  # noqa: PLC0415

    return os.fspath(EmbeddedServer.default().psql)


def _version(program: Path) -> tuple[int, ...]:
    """Return the version that the directory of an installed PostgreSQL is named for; () if for none."""
    numbers = program.parents[1].name.split(".")
    return tuple(int(number) for number in numbers) if all(map(str.isdecimal, numbers)) else ()


def client_environment(target: Target) -> dict[str, str]:
    """Return the environment in which libpq's programs connect to the target."""
    environment = dict(os.environ)
    if target.server is not None:  # nothing else in the environment may redirect it
        environment = {name: value for name, value in environment.items() if not name.startswith("PG")}
    # By variables, so that a password is never on a command line.
    variables = libpq_variables()
    for name, value in connection_parameters(target.conninfo).items():
        if name in variables:
            environment[variables[name]] = value
    return environment


def require_owner(connection: psycopg.Connection[Any]) -> None:
    """Refuse a user to whom the schema that is there does not belong: Sqitch would fail in words of its own.

    Raises
    ------
    DatabaseUnavailable
        The schema is another's.

    """
    query = """
        SELECT pg_get_userbyid(nspowner)
          FROM pg_namespace
         WHERE nspname = 'btsql' AND NOT pg_has_role(nspowner, 'USAGE')"""
    with translated_errors():
        owner = connection.execute(query).fetchone()
    if owner is not None:
        raise DatabaseUnavailable(
            f"the schema btsql of database {connection.info.dbname} belongs to {owner[0]}",
            hint="Only its owner may deploy it: log in as that role.",
        )


def deploy(target: Target, report: Callable[[str], None] = lambda _line: None) -> None:
    """Deploy and verify each change that is missing, grant the groups their rights, verify the whole schema.

    Parameters
    ----------
    target : Target
        The database; its server must be up.
    report : Callable
        Is called with each line that Sqitch prints.

    Raises
    ------
    OperationFailed
        Sqitch is not installed, or a change failed; what had been deployed by then is reverted by Sqitch.

    """
    run_sqitch(target, ["deploy", "--verify", "--mode", "all"], report)
    with connect(target, check_schema=False) as connection, translated_errors():
        connection.execute("SELECT btsql.grant_rights()")  # to groups that have been created since
    run_sqitch(target, ["verify"], report)


def revert(target: Target, report: Callable[[str], None] = lambda _line: None) -> None:
    """Revert every change: the schema and all that is recorded in it are gone."""
    run_sqitch(target, ["revert", "-y"], report)


def run_sqitch(target: Target, arguments: list[str], report: Callable[[str], None]) -> None:
    """Run one Sqitch command on the target."""
    program = shutil.which("sqitch")
    if program is None:
        raise OperationFailed(
            "Sqitch, which deploys the schema, is not installed",
            hint="On Debian or Ubuntu: apt-get install sqitch libdbd-pg-perl. "
            "Elsewhere: brew install sqitchers/sqitch/sqitch_pg, or see sqitch.org/download.",
        )
    verb, *options = arguments
    environment = client_environment(target) | {
        "SQITCH_FULLNAME": os.environ.get("SQITCH_FULLNAME", "btsql"),
        "SQITCH_EMAIL": os.environ.get("SQITCH_EMAIL", "btsql@localhost"),
        "SQITCH_USER_CONFIG": os.devnull,
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
    }
    command = [program, "--chdir", os.fspath(project_directory()), verb, "--target", "db:pg:"]
    command += ["--registry", REGISTRY, "--client", psql_program(target), *options]
    lines: list[str] = []
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        for line in process.stdout:
            lines.append(line.rstrip())
            report(lines[-1])
    if process.returncode != 0 and not _nothing_to_revert(verb, lines):
        told = [line for line in lines if not line.endswith(" ok")]
        raise OperationFailed(f"sqitch {verb} failed:\n" + "\n".join(told))


def _nothing_to_revert(verb: str, lines: list[str]) -> bool:
    return verb == "revert" and any(
        "No changes deployed" in line or "Nothing to revert" in line for line in lines
    )
