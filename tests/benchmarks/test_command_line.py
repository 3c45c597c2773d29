"""What the command line costs above the least that any Python program pays to ask PostgreSQL the same."""

from __future__ import annotations

import os
import sys

import pytest

from benchmarks.population import populate
from benchmarks.timing import alternate
from btsql.database import Target, connect

RUNS = 10_000
ROUNDS = 20
TEN = [f"@~{age}" for age in range(0, 1000, 100)]
QUERIES = {
    ("history",): "SELECT * FROM btsql.list_runs()",
    ("show", "@ok"): "SELECT * FROM btsql.get_run('@ok')",
    ("compare", *TEN): f"SELECT * FROM btsql.compare_runs({', '.join(map(repr, TEN))})",
}

# What each may take at most, in seconds, by the specification.
SPECIFIED = {
    ("history", "-n", "1000", "--format", "json"): ("FR-019", 2),
    ("history", "--type", "sma_crossover", "--instrument", "SYM0.XNAS", "--since", "2020-01-01"): (
        "SC-010",
        1,
    ),
    ("compare", *TEN): ("SC-004", 2),
}


@pytest.mark.bench
def test_commands_against_a_bare_query(database: Target, environment: dict[str, str]) -> None:
    with connect(database) as connection:
        populate(connection, RUNS)
    environment = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    print(f"\n\nThe command line, {RUNS} runs, {ROUNDS} rounds, whole processes ({os.cpu_count()} cores)")
    for arguments, query in QUERIES.items():
        bare = f"import psycopg; c = psycopg.connect({database.conninfo!r}); print(c.execute({query!r}).fetchall())"
        name = f"btsql {arguments[0]}"
        commands = {
            f"the query of {name} alone": [sys.executable, "-c", bare],
            name: [sys.executable, "-m", "btsql", *arguments],
            "btsql --help": [sys.executable, "-m", "btsql", "--help"],
        }
        timings = alternate(commands, environment, ROUNDS)
        floor = next(iter(timings.values())).median
        for label, timing in timings.items():
            print(f"  {label:<40} {timing}   x {timing.median / floor:.2f}")
        assert timings[name].median / floor <= 1.3
        assert timings["btsql --help"].median < floor


@pytest.mark.bench
def test_commands_against_the_specification(database: Target, environment: dict[str, str]) -> None:
    with connect(database) as connection:
        populate(connection, RUNS)
    environment = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    print(f"\n\nWhat the specification allows, {RUNS} runs, whole processes")
    for arguments, (criterion, seconds) in SPECIFIED.items():
        name = f"btsql {' '.join(arguments)}"
        timing = alternate({name: [sys.executable, "-m", "btsql", *arguments]}, environment, 5)[name]
        print(f"  {criterion:<8} {name[:70]:<72} {timing}   limit {seconds} s")
        assert timing.median < seconds, criterion
