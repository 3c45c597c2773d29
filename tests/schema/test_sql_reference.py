"""docs/sql.md names every function, and shows for each example what it really prints.

BTSQL_UPDATE_DOCS=1 writes the real output into the page.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import psycopg
import pytest

from btsql import deployment
from btsql.database import Target
from btsql.embedded import EmbeddedServer
from examples import record_examples

PAGE = Path(__file__).resolve().parents[2] / "docs" / "sql.md"
EXAMPLE = re.compile(r"```sql\n(?P<statement>.*?)```\n\n```text\n(?P<output>.*?)```", re.DOTALL)


@pytest.fixture
def examples(database: Target) -> Target:
    """The database that the page speaks of: four successes, the last a reproduction of the first, and a failure."""
    record_examples(database)
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
