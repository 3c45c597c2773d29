"""The schema as PostgreSQL has it is the one that was reviewed: tests/schema/snapshot.sql.

BTSQL_UPDATE_SNAPSHOT=1 writes the file anew, for the reader of a change to see what it does.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import psycopg

from btsql import deployment
from btsql.database import Target
from btsql.embedded import EmbeddedServer

SNAPSHOT = Path(__file__).with_name("snapshot.sql")
# Versions, and a token that differs with every dump.
PASSING = re.compile(r"^(-- Dumped|\\(un)?restrict|SET transaction_timeout)")


def dumped(target: Target) -> str:
    """Return the definition of everything in the schema, as pg_dump writes it."""
    pg_dump = EmbeddedServer(Path("/nowhere")).binaries / "pg_dump"
    command = [os.fspath(pg_dump), "--schema-only", "--schema", "btsql", "--no-owner"]
    result = subprocess.run(
        command, env=deployment.client_environment(target), capture_output=True, text=True, check=True
    )
    kept = [line for line in result.stdout.splitlines() if not PASSING.match(line) and line.strip(" -")]
    return "\n".join(kept) + "\n"


def test_the_schema_is_the_one_that_was_reviewed(database: Target, connection: psycopg.Connection) -> None:
    actual = dumped(database)
    if os.environ.get("BTSQL_UPDATE_SNAPSHOT"):
        SNAPSHOT.write_text(actual)
    if connection.info.server_version >= 180000:
        assert actual == SNAPSHOT.read_text()
    else:  # an older server writes the same schema in other words
        assert len(re.findall("^CREATE FUNCTION", actual, re.MULTILINE)) == len(
            re.findall("^CREATE FUNCTION", SNAPSHOT.read_text(), re.MULTILINE)
        )
