"""What the command line costs above the least that any Python program pays to ask PostgreSQL the same."""

from __future__ import annotations

import os
import sys

import pytest

import records
from benchmarks.timing import alternate
from btsql.database import Target
from btsql.recorder import Recorder

RUNS = 1000
ROUNDS = 30
QUERY = "SELECT * FROM btsql.list_runs()"


@pytest.mark.bench
def test_history_against_a_bare_query(database: Target, environment: dict[str, str]) -> None:
    recorder = Recorder(database.conninfo)
    for number in range(RUNS):
        recorder.save(records.success(after=number))
    recorder.close()
    environment = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}

    bare = (
        f"import psycopg; c = psycopg.connect({database.conninfo!r}); print(c.execute({QUERY!r}).fetchall())"
    )
    commands = {
        "python -c 'import psycopg; connect; the same query'": [sys.executable, "-c", bare],
        "btsql history": [sys.executable, "-m", "btsql", "history"],
        "btsql --help": [sys.executable, "-m", "btsql", "--help"],
    }
    timings = alternate(commands, environment, ROUNDS)
    floor, history, _ = timings.values()
    print(f"\n\nThe command line, {RUNS} runs, {ROUNDS} rounds, whole processes ({os.cpu_count()} cores)")
    for name, timing in timings.items():
        print(f"  {name:<52} {timing}   x {timing.median / floor.median:.2f}")
    assert history.median / floor.median <= 1.3
