"""What the stored functions cost at ten thousand and at a million runs, on a warm connection, and what the same
costs when it is asked for by hand.

BTSQL_BENCH_RUNS=10000000 loads as many instead of the million.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

import records
from benchmarks.by_hand import BY_HAND
from benchmarks.population import ABSENT, COMMON, METRIC_COLUMNS, RARE, populate
from btsql.database import Target, connect

SMALL = 10_000
LARGE = int(os.environ.get("BTSQL_BENCH_RUNS", "1000000"))
ROUNDS = 100
GROWTH = 3  # at most, from the small population to the large one
PAIRS = 150  # of a function and its query by hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One thing that users ask, and the most that its p95 may take at the larger size, in milliseconds.

    What is judged is asking with pages in memory; what it takes where pages have to be read is printed beside.
    """

    name: str
    statement: str
    limit: float
    arguments: Callable[[list[str], int], dict[str, Any]] = lambda _ids, _round: {}


def an_id(ids: list[str], number: int) -> dict[str, Any]:
    return {"id": ids[number % len(ids)]}


def a_short_id(ids: list[str], number: int) -> dict[str, Any]:
    return {"id": ids[number % len(ids)][-12:][:8]}


def ten_ids(ids: list[str], number: int) -> dict[str, Any]:
    return {"ids": [ids[(number + step) % len(ids)] for step in range(10)]}


def two_ids(ids: list[str], number: int) -> dict[str, Any]:
    return {"id": ids[number % len(ids)], "other": ids[(number + 1) % len(ids)]}


def listing(arguments: str) -> str:
    return f"SELECT * FROM btsql.list_runs({arguments})"


QUERIES = (
    Query(name="lookup by id", statement="SELECT * FROM btsql.get_run(%(id)s)", limit=10, arguments=an_id),
    Query(
        name="lookup by short id",
        statement="SELECT * FROM btsql.get_run(%(id)s)",
        limit=10,
        arguments=a_short_id,
    ),
    Query(name="newest 20", statement=listing(""), limit=10),
    Query(name="newest 20, common strategy", statement=listing("strategy_type => 'sma_crossover'"), limit=10),
    Query(name="newest 20, rare strategy", statement=listing("strategy_type => 'pairs_arbitrage'"), limit=10),
    Query(name="top 20 Sharpe", statement="SELECT * FROM btsql.best_runs('sharpe_ratio')", limit=10),
    Query(
        name="top 20 Sharpe, common strategy",
        statement="SELECT * FROM btsql.best_runs('sharpe_ratio', 'sma_crossover')",
        limit=10,
    ),
    Query(
        name="top 20 Sharpe, rare strategy",
        statement="SELECT * FROM btsql.best_runs('sharpe_ratio', 'pairs_arbitrage')",
        limit=10,
    ),
    Query(
        name="instrument + dates + status, limit 1000",
        statement=listing(
            "instrument => 'SYM0.XNAS', since => '2020-01-01', until => '2020-01-12', status => 'success', "
            "result_limit => 1000"
        ),
        limit=50,
    ),
    *(
        Query(
            name=f"parameter {word}, {frequency} value",
            statement=listing(f"""parameters => '{{"{name}": {criterion}}}'"""),
            limit=50,
        )
        for word, name, frequency, criterion in (
            ("equality", "slow_period", "common", COMMON),
            ("equality", "fast_period", "rare", RARE),
            ("equality", "fast_period", "absent", ABSENT),
            ("range", "fast_period", "common", '{">=": 5, "<": 20}'),
            ("range", "fast_period", "rare", f'{{">": {RARE - 1}}}'),
            ("range", "fast_period", "absent", f'{{">": {ABSENT}}}'),
        )
    ),
    Query(
        name="parameter, top 20 Sharpe",
        statement=listing(f"""parameters => '{{"slow_period": {COMMON}}}', sort_by => 'sharpe_ratio'"""),
        limit=50,
    ),
    Query(
        name="parameter range, top 20 Sharpe",
        statement=listing(
            """parameters => '{"fast_period": {">=": 5, "<": 20}}', sort_by => 'sharpe_ratio'"""
        ),
        limit=50,
    ),
    Query(
        name="parameter, rare strategy",
        statement=listing(
            f"""parameters => '{{"slow_period": {COMMON}}}', strategy_type => 'pairs_arbitrage'"""
        ),
        limit=50,
    ),
    Query(
        name="parameter, first days",
        statement=listing(f"""parameters => '{{"slow_period": {COMMON}}}', until => '2020-01-04'"""),
        limit=50,
    ),
    Query(
        name="parameter range, one day",
        statement=listing(
            """parameters => '{"threshold": {">": 1}}', since => '2020-01-05', until => '2020-01-06'"""
        ),
        limit=50,
    ),
    Query(
        name="parameter range, mostly null",
        statement=listing("""parameters => '{"stop": {"<": 0.1}}'"""),
        limit=50,
    ),
    Query(
        name="parameters, rare and range",
        statement=listing(
            f"""parameters => '{{"fast_period": {RARE}, "bar_type": {{"<>": "1-DAY-LAST-EXTERNAL"}}}}'"""
        ),
        limit=50,
    ),
    Query(
        name="parameter that no run has",
        statement=listing("""parameters => '{"take_profit": {"exists": true}}'"""),
        limit=50,
    ),
    Query(
        name="duplicate check",
        statement="SELECT * FROM btsql.find_duplicates(btsql.run_identity(%(id)s))",
        limit=10,
        arguments=an_id,
    ),
    Query(
        name="near-duplicates",
        statement="SELECT * FROM btsql.find_near_duplicates(btsql.run_identity(%(id)s))",
        limit=10,
        arguments=an_id,
    ),
    Query(
        name="compare 10",
        statement="SELECT * FROM btsql.compare_runs(VARIADIC %(ids)s::text[])",
        limit=10,
        arguments=ten_ids,
    ),
    Query(
        name="strategy history, newest 20",
        statement="SELECT * FROM btsql.strategy_history('sma_crossover', result_limit => 20)",
        limit=10,
    ),
    Query(
        name="strategy history, 20 of the first days",
        statement="SELECT * FROM btsql.strategy_history('sma_crossover', until => '2020-01-04', result_limit => 20)",
        limit=10,
    ),
    Query(
        name="strategy history of an hour",
        statement="SELECT * FROM btsql.strategy_history("
        "'sma_crossover', since => '2020-01-04 10:00+00', until => '2020-01-04 11:00+00')",
        limit=10,
    ),
    Query(
        name="verdict on two runs",
        statement="SELECT * FROM btsql.reproduction_verdict(%(id)s, %(other)s)",
        limit=10,
        arguments=two_ids,
    ),
    Query(
        name="origins of a run",
        statement="SELECT * FROM btsql.find_origins(%(id)s)",
        limit=10,
        arguments=an_id,
    ),
    Query(
        name="reproductions of a run",
        statement="SELECT * FROM btsql.find_reproductions(%(id)s)",
        limit=10,
        arguments=an_id,
    ),
    Query(name="started runs", statement="SELECT * FROM btsql.started_runs()", limit=10),
    Query(name="check of a run", statement="SELECT btsql.check_run(%(id)s)", limit=10, arguments=an_id),
)


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds, sorted, of asking with new arguments, and of asking the same again with its pages in memory."""

    first: list[float]
    again: list[float]


def timings(connection: psycopg.Connection[Any], query: Query, ids: list[str]) -> Timings:
    """Time a query, after three rounds that are not counted."""
    first, again = [], []
    for number in range(ROUNDS + 3):
        arguments = query.arguments(ids, number * 7)
        first.append(milliseconds(connection, query.statement, arguments))
        again.append(milliseconds(connection, query.statement, arguments))
    return Timings(sorted(first[3:]), sorted(again[3:]))


def milliseconds(connection: psycopg.Connection[Any], statement: str, arguments: dict[str, Any]) -> float:
    assert connection.prepare_threshold is None, "each is planned when it is run, as what is typed by hand is"
    began = time.perf_counter()
    connection.execute(statement.encode(), arguments).fetchall()
    return (time.perf_counter() - began) * 1e3


def some_ids(connection: psycopg.Connection[Any]) -> list[str]:
    rows = connection.execute(
        "SELECT run_id::text FROM btsql.performance_metrics TABLESAMPLE BERNOULLI (3) ORDER BY random() LIMIT 300"
    ).fetchall()
    return [row[0] for row in rows] or [
        row[0] for row in connection.execute("SELECT run_id::text FROM btsql.performance_metrics LIMIT 300")
    ]


def size(connection: psycopg.Connection[Any]) -> int:
    query = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relnamespace = 'btsql'::regnamespace AND relkind = 'r'"
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


@pytest.fixture
def large(database: Target) -> Iterator[psycopg.Connection[Any]]:
    with connect(database) as connection:
        yield connection


@pytest.mark.bench
@pytest.mark.timeout(7200)
def test_queries(large: psycopg.Connection[Any]) -> None:
    began = time.perf_counter()
    populate(large, SMALL)
    few = {query.name: timings(large, query, some_ids(large)) for query in QUERIES}
    populate(large, LARGE - SMALL, already=SMALL)
    loaded = time.perf_counter() - began
    many = {query.name: timings(large, query, some_ids(large)) for query in QUERIES}

    print(f"\n\nQueries in ms, warm connection, {ROUNDS} rounds; {LARGE:,} runs loaded in {loaded:.0f} s")
    print(
        "growth: of p50; first: p95 where the arguments are asked about for the first time, with pages to be read"
    )
    print(f"  {'':<42}{SMALL:>10,} p50     p95{LARGE:>12,} p50     p95   growth  limit   first")
    late = []
    for query in QUERIES:
        small, big = few[query.name], many[query.name]
        p50s, p95s, p50, p95 = (
            values[int(ROUNDS * part)] for values in (small.again, big.again) for part in (0.5, 0.95)
        )
        growth = p50 / p50s
        missed = p95 > query.limit or (growth > GROWTH and p50 > 1)
        late += [query.name] if missed else []
        print(
            f"  {query.name:<42}{p50s:>14.2f}{p95s:>8.2f}{p50:>16.2f}{p95:>8.2f}{growth:>8.1f}x{query.limit:>7.0f}"
            f"{big.first[int(ROUNDS * 0.95)]:>8.2f}" + ("  <--" if missed else "")
        )
    print(f"  {size(large) / LARGE:,.0f} bytes a run with every table and index")
    late += against_queries_by_hand(large)
    assert not late


def against_queries_by_hand(connection: psycopg.Connection[Any]) -> list[str]:
    """Print what each function costs beside its own query typed by hand, and return the names of the slow ones.

    The least of each is compared: what both cost when nothing else runs. They alternate, function, query, query,
    function, so that a busy machine slows them alike and neither is always the one to find the pages in memory.
    """
    print(f"\n  {'':<42}{'function':>14}{'by hand':>10}   ms, the least of {PAIRS}, alternating")
    slow = []
    ids = some_ids(connection)
    for query in QUERIES:
        if query.name not in BY_HAND:
            continue
        taken: dict[str, list[float]] = {query.statement: [], BY_HAND[query.name]: []}
        for number in range(PAIRS // 2):
            for statement in (*taken, *reversed(taken)):
                taken[statement].append(milliseconds(connection, statement, query.arguments(ids, number * 7)))
        function, hand = map(min, taken.values())
        ratio = function / hand
        slow += [f"{query.name} by hand"] if ratio > 1.2 else []
        print(
            f"  {query.name:<42}{function:>14.2f}{hand:>10.2f}   x {ratio:.2f}"
            + ("  <--" if ratio > 1.2 else "")
        )
    return slow


def rows_of(connection: psycopg.Connection[Any], run_id: Any) -> list[Any]:
    """Return all rows of a run without what differs from run to run."""
    query = """
        SELECT to_jsonb(run) - '{run_id,started_at,recorded_at,record_digest}'::text[] FROM btsql.backtest_run AS run
         WHERE run_id = %(id)s
         UNION ALL
        SELECT to_jsonb(metrics) - '{run_id,recorded_at}'::text[] FROM btsql.performance_metrics AS metrics
         WHERE run_id = %(id)s
         UNION ALL
        SELECT to_jsonb(parameter) - 'run_id' FROM btsql.run_parameter AS parameter WHERE run_id = %(id)s
         ORDER BY 1"""
    return [row[0] for row in connection.execute(query, {"id": run_id}).fetchall()]


@pytest.mark.bench
def test_record_run_against_a_transaction_by_hand(connection: psycopg.Connection[Any]) -> None:
    """Alternates record_run() with three plain INSERTs of the same rows in one transaction."""
    rounds = 400
    by_function, by_hand = [], []
    for number in range(rounds):
        record = records.success(after=number * 2)
        began = time.perf_counter()
        connection.execute("SELECT btsql.record_run(%s::jsonb)", [record.document()]).fetchone()
        by_function.append(time.perf_counter() - began)

        twin = records.success(after=number * 2 + 1)
        document = twin.document()
        values = [twin.run_id, *(twin.metrics or {}).values()]
        began = time.perf_counter()
        with connection.transaction():
            connection.execute(
                "INSERT INTO btsql.backtest_run (run_id, started_at, duration_seconds, status, strategy_type, "
                "strategy_name, strategy_path, parameters, instruments, data_start, data_end, initial_capital, currency, "
                "data_source, snapshot, record_digest) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                [
                    twin.run_id,
                    twin.started_at,
                    twin.duration_seconds,
                    twin.status,
                    twin.strategy_type,
                    twin.strategy_type,
                    twin.strategy_path,
                    '{"fast_period": 10, "slow_period": 50}',
                    list(twin.instruments or ()),
                    twin.data_start,
                    twin.data_end,
                    twin.initial_capital,
                    twin.currency,
                    twin.data_source,
                    '{"format": 1}',
                    "0" * 64,
                ],
            )
            connection.execute(
                f"INSERT INTO btsql.performance_metrics ({METRIC_COLUMNS}) VALUES (%s, 'sma_crossover'"
                + ", %s" * 17
                + ")",
                values,
            )
            connection.execute(
                "INSERT INTO btsql.run_parameter (run_id, name, value) VALUES (%s, 'fast_period', '10'), "
                "(%s, 'slow_period', '50')",
                [twin.run_id, twin.run_id],
            )
        by_hand.append(time.perf_counter() - began)
        assert len(document) > 0
    assert rows_of(connection, record.run_id) == rows_of(connection, twin.run_id)
    function, hand = statistics.median(by_function) * 1e3, statistics.median(by_hand) * 1e3
    print(
        f"\n\nrecord_run(): p50 {function:.2f} ms; the same rows by hand: p50 {hand:.2f} ms; x {function / hand:.2f}"
    )
    assert function / hand <= 1.5
