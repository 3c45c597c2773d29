"""No query of the benchmark reads a whole table of runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from benchmarks.population import populate
from benchmarks.test_queries import QUERIES, Query, some_ids
from btsql.database import Target, connect
from conftest import temporary_database

RUNS = 100_000
SEQUENTIAL_SCANS = """
    SELECT coalesce(sum(seq_scan), 0)::integer
      FROM pg_stat_user_tables
     WHERE relname IN ('backtest_run', 'performance_metrics', 'run_parameter')
"""


@pytest.fixture(scope="module")
def populated(server: Target, template: str) -> Iterator[psycopg.Connection[Any]]:
    with temporary_database(server, template) as target, connect(target) as connection:
        populate(connection, RUNS)
        yield connection


def sequential_scans(connection: psycopg.Connection[Any]) -> int:
    connection.execute("SELECT pg_stat_force_next_flush()")
    row = connection.execute(SEQUENTIAL_SCANS).fetchone()
    return int(row[0]) if row else 0


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_no_table_of_runs_is_read_whole(populated: psycopg.Connection[Any], query: Query) -> None:
    ids = some_ids(populated)
    before = sequential_scans(populated)
    populated.execute(query.statement.encode(), query.arguments(ids, 7)).fetchall()
    assert sequential_scans(populated) == before


def test_a_whole_table_would_be_noticed(populated: psycopg.Connection[Any]) -> None:
    before = sequential_scans(populated)
    populated.execute("SELECT count(snapshot) FROM btsql.backtest_run")
    assert sequential_scans(populated) > before
