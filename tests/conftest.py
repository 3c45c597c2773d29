"""The databases that tests run on: real ones, made from one deployed template, on one server a session."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from btsql import deployment
from btsql.database import LIBPQ_VARIABLES, Target, connect
from btsql.embedded import EmbeddedServer

Run = Callable[..., subprocess.CompletedProcess[str]]

# The tests choose their own servers: what the user's environment says of one is not for them.
TEST_DSN = os.environ.get("BTSQL_TEST_DSN")
for name in (*LIBPQ_VARIABLES, "BTSQL_DSN", "BTSQL_HOME", "PGPASSWORD", "PGOPTIONS"):
    os.environ.pop(name, None)

# A shell without job control and nohup have programs ignore these; the programs that tests start must not inherit it.
for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)

# Processes that tests start in other directories find the same modules.
if search_path := os.environ.get("PYTHONPATH"):
    os.environ["PYTHONPATH"] = os.pathsep.join(
        os.fspath(Path(place).resolve()) for place in search_path.split(os.pathsep)
    )


@pytest.fixture(scope="session")
def server() -> Iterator[Target]:
    """A server of its own for the session, or that of BTSQL_TEST_DSN, on which databases may be created."""
    if TEST_DSN:
        yield Target(conninfo=TEST_DSN)
        return
    # Not pytest's own directory: its path is too long for a socket.
    home = Path(tempfile.mkdtemp(prefix="btsql-"))
    embedded = EmbeddedServer(home)
    embedded.start()
    try:
        yield Target(conninfo=embedded.conninfo("postgres"))
    finally:
        embedded.stop()
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def temporary_database(server: Target, template: str | None = None) -> Iterator[Target]:
    """Make a database, empty or from a template, and drop it at the end."""
    name = f"btsql_test_{uuid.uuid4().hex[:12]}"
    with connect(server, check_schema=False) as connection:
        made_from = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + made_from)
        if template:  # settings of a database are not copied with it
            connection.execute(
                sql.SQL('ALTER DATABASE {} SET search_path = "$user", public, btsql').format(
                    sql.Identifier(name)
                )
            )
    try:
        yield Target(conninfo=make_conninfo(server.conninfo, dbname=name))
    finally:
        with connect(server, check_schema=False) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


@pytest.fixture(scope="session")
def template(server: Target) -> Iterator[str]:
    """The name of a database with the schema deployed, to make others from."""
    with temporary_database(server) as target:
        deployment.deploy(target)
        with connect(target) as connection:
            name = connection.info.dbname
        yield name


@pytest.fixture(autouse=True)
def spool(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Each test's own place for records that wait, in a data directory of its own."""
    home = Path(tempfile.mkdtemp(prefix="btsql-home-"))
    monkeypatch.setenv("BTSQL_HOME", str(home))
    yield home / "spool"
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def database(server: Target, template: str) -> Iterator[Target]:
    """A database with the schema and nothing recorded."""
    with temporary_database(server, template) as target:
        yield target


@pytest.fixture
def another_database(server: Target, template: str) -> Iterator[Target]:
    """A second database with the schema and nothing recorded."""
    with temporary_database(server, template) as target:
        yield target


@pytest.fixture
def set_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Have this process live in another zone."""

    def live_in(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield live_in
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def default_database(database: Target, monkeypatch: pytest.MonkeyPatch) -> Iterator[Target]:
    """The test's database as the one that the hooks record into; nothing of theirs is left behind."""
    from nautilus_trader.backtest.engine import BacktestEngine

    from btsql.adapters import hooks
    from btsql.recorder import close_recorders

    close_recorders()
    # autosave() tells of every engine that waits to be run: it is not to find those of other tests.
    for engine in [each for each in gc.get_objects() if type(each) is BacktestEngine]:
        if hooks._is_to_run(engine):
            engine.dispose()
    monkeypatch.setenv("BTSQL_DSN", database.conninfo)
    yield database
    hooks.uninstall()
    close_recorders()


@pytest.fixture
def empty_database(server: Target) -> Iterator[Target]:
    """A database without the schema."""
    with temporary_database(server) as target:
        yield target


@pytest.fixture
def connection(database: Target) -> Iterator[psycopg.Connection[Any]]:
    """A connection to a database with the schema and nothing recorded."""
    with connect(database) as opened:
        yield opened


@pytest.fixture
def environment(database: Target, spool: Path) -> dict[str, str]:
    """The environment of a process whose btsql records into the test's database."""
    looks = {"COLUMNS": "120", "NO_COLOR": "1", "TZ": "UTC", "BTSQL_PAGER": ""}
    return os.environ | {"BTSQL_DSN": database.conninfo} | looks


@pytest.fixture
def btsql(environment: dict[str, str]) -> Run:
    """Run the real command line as a process of its own."""

    def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "btsql", *arguments]
        settings: dict[str, Any] = {"env": environment, "timeout": 120} | options
        return subprocess.run(command, capture_output=True, text=True, check=False, **settings)

    return run
