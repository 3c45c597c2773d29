"""docs/sql.md names every function, and shows for each example what it really prints.

BTSQL_UPDATE_DOCS=1 writes the real output into the page.
"""

from __future__ import annotations

import os
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

import records
from btsql import deployment
from btsql.database import Target, connect
from btsql.embedded import EmbeddedServer

PAGE = Path(__file__).resolve().parents[2] / "docs" / "sql.md"
EXAMPLE = re.compile(r"```sql\n(?P<statement>.*?)```\n\n```text\n(?P<output>.*?)```", re.DOTALL)
START = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)
LAST_GROUPS = ("a3f1c20b7d54", "5be0917c4a21", "c07d3e8f1b96", "81f2a6d40c3e", "2d9c5b7e6f10")


def a_run_id(last_group: str, minute: int) -> UUID:
    milliseconds = int(START.timestamp() * 1000) + minute * 60_000
    return UUID(f"{milliseconds:012x}7abc8def{last_group}")


@pytest.fixture
def examples(database: Target) -> Target:
    """The database that the page speaks of: four successes and a failure, always the same."""
    slow = {"fast_period": 10, "slow_period": 50}
    figures = [
        (
            slow,
            {"total_return": 0.21, "sharpe_ratio": 0.9, "max_drawdown": -0.18, "volatility": 0.22},
            "1.231.0",
        ),
        (
            slow | {"fast_period": 20},
            {"total_return": 0.34, "sharpe_ratio": 1.3, "max_drawdown": -0.12},
            "1.231.0",
        ),
        (slow | {"fast_period": 20, "slow_period": 100}, {"sharpe_ratio": 11, "volatility": 0.18}, "1.231.0"),
        (
            slow,
            {"total_return": 0.22, "sharpe_ratio": 0.92, "max_drawdown": -0.18, "volatility": 0.22},
            "1.221.0",
        ),
    ]
    documents = []
    for minute, (parameters, metrics, engine) in enumerate(figures):
        record = records.success(
            after=minute * 60,
            run_id=a_run_id(LAST_GROUPS[minute], minute),
            parameters=parameters,
            metrics=records.METRICS | metrics,
            environment={"nautilus_trader": engine},
        )
        documents.append(record.document())
    failed = records.failure(after=240, run_id=a_run_id(LAST_GROUPS[4], 4), strategy_type="momentum")
    with connect(database) as connection:
        for document in (*documents, failed.document()):
            connection.execute("SELECT btsql.record_run(%s::jsonb)", [document])
    return database


def printed(target: Target, statement: str) -> str:
    """Return what psql prints for a statement, without trailing blanks."""
    command = [
        os.fspath(EmbeddedServer(Path("/nowhere")).psql),
        "-X",
        "-v",
        "SHOW_CONTEXT=never",
        "-c",
        statement,
    ]
    environment = deployment.client_environment(target) | {
        "PGTZ": "UTC",
        "COLUMNS": "120",
        "PGCLIENTENCODING": "UTF8",
    }
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    lines = (result.stdout + result.stderr).splitlines()
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


def test_every_example_prints_what_the_page_says(examples: Target) -> None:
    page = PAGE.read_text()

    def real(found: re.Match[str]) -> str:
        output = printed(examples, found["statement"])
        return f"```sql\n{found['statement']}```\n\n```text\n{output}```"

    actual = EXAMPLE.sub(real, page)
    if os.environ.get("BTSQL_UPDATE_DOCS"):
        PAGE.write_text(actual)
    assert actual == page
    assert len(EXAMPLE.findall(page)) >= 12


def test_every_function_is_named(connection: psycopg.Connection) -> None:
    query = """SELECT DISTINCT proname FROM pg_proc
                WHERE pronamespace = 'btsql'::regnamespace AND prorettype <> 'trigger'::regtype"""
    named = set(re.findall(r"`(\w+)\(", PAGE.read_text()))
    assert {row[0] for row in connection.execute(query)} - named == set()


def test_every_table_is_named(connection: psycopg.Connection) -> None:
    query = "SELECT relname FROM pg_class WHERE relnamespace = 'btsql'::regnamespace AND relkind = 'r'"
    named = set(re.findall(r"`(\w+)`", PAGE.read_text()))
    assert {row[0] for row in connection.execute(query)} - named == set()
