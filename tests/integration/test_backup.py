"""docs/hardening.md: what a dump keeps, and what holds after it was restored elsewhere."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psycopg
import pytest
from psycopg import errors as pg

import records
from btsql import deployment
from btsql.database import Target, connect
from btsql.embedded import EmbeddedServer

PROGRAMS = EmbeddedServer(Path("/nowhere")).binaries


def dumped(target: Target, *options: str) -> str:
    """Return a dump of the database, as the page has it made."""
    command = [os.fspath(PROGRAMS / "pg_dump"), "--no-owner", *options]
    environment = deployment.client_environment(target)
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def restored(target: Target, dump: str) -> None:
    """Read a dump into a database, as the page has it done."""
    command = [os.fspath(PROGRAMS / "psql"), "-X", "--quiet", "-v", "ON_ERROR_STOP=1", "--single-transaction"]
    environment = deployment.client_environment(target)
    subprocess.run(command, input=dump, env=environment, capture_output=True, text=True, check=True)


@pytest.fixture
def moved(database: Target, empty_database: Target) -> Target:
    """A database that was dumped and restored: a success with a rejected metric, tagged, and a failure."""
    records.save(
        database,
        records.success(metrics=records.METRICS | {"sharpe_ratio": 11}),
        records.failure(after=60),
    )
    with connect(database) as connection:
        connection.execute("SELECT btsql.set_tags('@~1', '{keep}')")
    restored(empty_database, dumped(database))
    # A dump does not hold the database's own settings.
    with psycopg.connect(empty_database.conninfo, autocommit=True) as connection:
        name = psycopg.sql.Identifier(connection.info.dbname)
        statement = psycopg.sql.SQL('ALTER DATABASE {} SET search_path = "$user", public, btsql')
        connection.execute(statement.format(name))
    return empty_database


def test_a_restored_database_has_the_same_runs(database: Target, moved: Target) -> None:
    def told(target: Target) -> list[tuple[object, ...]]:
        with connect(target) as connection:
            query = "SELECT details FROM btsql.list_runs(), LATERAL btsql.get_run(run_id::text) AS details"
            return connection.execute(query).fetchall()

    assert len(told(moved)) == 2
    assert told(moved) == told(database)


def test_a_restored_database_finds_nothing_changed_and_lets_nothing_be_changed(moved: Target) -> None:
    with connect(moved) as connection:
        assert connection.execute("SELECT * FROM btsql.check_runs()").fetchall() == []
        with pytest.raises(pg.RestrictViolation):
            connection.execute("UPDATE btsql.backtest_run SET strategy_name = 'better'")
        with pytest.raises(pg.RestrictViolation):
            connection.execute("DELETE FROM btsql.performance_metrics")


def test_a_restored_database_goes_on_recording_and_deploying(moved: Target) -> None:
    records.save(moved, records.success(after=120))
    lines: list[str] = []
    deployment.deploy(moved, lines.append)
    assert any("up-to-date" in line for line in lines)


def test_a_change_in_the_dump_shows(database: Target, empty_database: Target) -> None:
    records.save(database, records.success())
    restored(empty_database, dumped(database).replace("AAPL.XNAS", "MSFT.XNAS"))
    with connect(empty_database) as connection:
        assert len(connection.execute("SELECT * FROM btsql.check_runs()").fetchall()) == 1


def test_data_alone_needs_the_triggers_off(database: Target, another_database: Target) -> None:
    records.save(database, records.success())
    restored(another_database, dumped(database, "--data-only", "--schema=btsql", "--disable-triggers"))
    with connect(another_database) as connection, psycopg.connect(database.conninfo) as original:
        query = "SELECT run_id, recorded_at FROM btsql.backtest_run"
        assert connection.execute(query).fetchall() == original.execute(query).fetchall()
        assert connection.execute("SELECT * FROM btsql.check_runs()").fetchall() == []
