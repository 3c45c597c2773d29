"""The questions asked from Python: through any connection, typed, for pandas and for notebooks."""

from __future__ import annotations

import inspect
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import psycopg
import pytest
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

import btsql
import records
from btsql.comparison import ComparedField, HistoryRun, RankedRun
from btsql.database import Target, connect
from btsql.duplicates import DuplicateRun, find_duplicates
from btsql.errors import DatabaseUnavailable, RunNotFound, SourceUnavailable, UsageError
from btsql.metric_names import FRACTIONS
from btsql.notebook import Rows
from btsql.render.documents import machine_value
from btsql.reproduction import VerdictRow
from btsql.run_details import RunDetails
from btsql.runs import RunSummary


@pytest.fixture
def recorded(database: Target) -> Target:
    """Two successes of one strategy, and a failure of another whose name is an attack."""
    records.save(
        database,
        records.success(),
        records.success(
            after=60,
            parameters={"fast_period": 20, "slow_period": 50},
            metrics=records.METRICS | {"sharpe_ratio": 2.0, "total_return": 0.5},
        ),
        records.failure(after=120, strategy_type="other", strategy_name="<script>alert(1)</script>"),
    )
    return database


def test_a_configuration_to_look_for_may_hold_times(connection: psycopg.Connection) -> None:
    record = records.success()
    connection.execute("SELECT btsql.record_run(%s::jsonb)", [record.document()])
    config = {
        name: getattr(record, name)
        for name in ("strategy_path", "parameters", "instruments", "data_start", "data_end")
    }
    assert [found.run_id for found in find_duplicates(connection, config)] == [record.run_id]


@pytest.mark.parametrize(
    ("given", "hint"),
    [({"since": "7d"}, "2024-01-31"), ({"parameters": "lookback > 3"}, '{">=": 10')],
    ids=["a time of the command line", "a filter of the command line"],
)
def test_what_a_filter_takes_is_told(database: Target, given: dict[str, Any], hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        btsql.history(**given, dsn=database.conninfo)
    assert hint in (caught.value.hint or "")


def test_each_question_has_its_answer(recorded: Target) -> None:
    dsn = recorded.conninfo
    assert [run.status for run in btsql.history(dsn=dsn)] == ["failure", "success", "success"]
    assert isinstance(btsql.history(dsn=dsn)[0], RunSummary)
    assert isinstance(btsql.get_run("@", dsn=dsn), RunDetails)
    assert isinstance(btsql.compare_runs("@~1", "@", dsn=dsn)[0], ComparedField)
    best = btsql.best_runs("sharpe_ratio", dsn=dsn)
    assert isinstance(best[0], RankedRun)
    assert [run.value for run in best] == [2.0, 1.2]
    changes = [run.changed_parameters for run in btsql.strategy_history("sma_crossover", dsn=dsn)]
    assert changes[1] == {"fast_period": {"before": 10, "now": 20}}
    assert isinstance(btsql.strategy_history("sma_crossover", dsn=dsn)[0], HistoryRun)


@pytest.mark.parametrize(
    ("question", "function"),
    [
        (btsql.history, "list_runs"),
        (btsql.best_runs, "best_runs"),
        (btsql.strategy_history, "strategy_history"),
    ],
)
def test_python_takes_the_arguments_of_sql(
    connection: psycopg.Connection[Any], question: Callable[..., Any], function: str
) -> None:
    query = "SELECT proargnames[:pronargs] FROM pg_proc WHERE oid = %s::regproc"
    names = connection.execute(query, [f"btsql.{function}"]).fetchone()
    assert names is not None
    assert set(inspect.signature(question).parameters) - {"connection", "dsn"} == set(names[0])


def test_every_argument_reaches_sql(recorded: Target) -> None:
    day = timedelta(days=1)
    common: dict[str, Any] = {
        "strategy_name": "sma_crossover",
        "instrument": "AAPL.XNAS",
        "since": records.START - day,
        "until": records.START + day,
        "result_limit": 1,
        "dsn": recorded.conninfo,
    }
    searched: dict[str, Any] = {
        "strategy_type": "sma_crossover",
        "parameters": {"fast_period": {"<": 99}},
        "metrics": {"sharpe_ratio": {">": -5}},
        "tags": [],
    }
    listed: dict[str, Any] = {
        "status": "success",
        "data_since": records.START - 9999 * day,
        "data_until": records.START,
        "sort_by": "total_trades",
        "descending": False,
        "after": "@ok",
    }
    assert len(btsql.history(**common, **searched, **listed)) <= 1
    assert len(btsql.best_runs("cagr", **common, **searched)) == 1
    assert len(btsql.strategy_history("sma_crossover", **common)) == 1


def test_what_was_tested_before(recorded: Target) -> None:
    records.save(recorded, records.success(after=180))
    found = btsql.find_duplicates("@", dsn=recorded.conninfo)
    assert [type(run) for run in found] == [DuplicateRun]
    assert found[0].run_id == btsql.history(dsn=recorded.conninfo)[-1].run_id
    near = btsql.find_near_duplicates("@", dsn=recorded.conninfo)
    assert [run.differences for run in near] == [{"fast_period": {"wanted": 10, "recorded": 20}}]
    config = json.loads(records.success(after=180).document())
    assert len(btsql.find_duplicates(config, dsn=recorded.conninfo)) == 2
    with pytest.raises(UsageError, match="strategy_path"):
        btsql.find_duplicates({}, dsn=recorded.conninfo)


RERUN = """
import sys, btsql
same = btsql.rerun("@ok", dsn=sys.argv[1])
other = btsql.rerun(str(same.run_id), parameters={"fast_period": 4}, dsn=sys.argv[1])
print(same.verdict, same.origin_run_id == btsql.get_run("@~2", dsn=sys.argv[1]).run_id, same.error)
print(other.verdict, other.run_id == btsql.get_run("@", dsn=sys.argv[1]).run_id)
print([(row.field, row.original_value, row.reproduced_value) for row in other.findings if row.section == "change"])
"""


@pytest.mark.engine
def test_a_run_is_executed_again(database: Target, environment: dict[str, str]) -> None:
    command = [
        sys.executable,
        "-m",
        "btsql",
        "run",
        "sma_crossover",
        "--instrument",
        "T.SIM",
        "--data",
        "mock",
    ]
    subprocess.run(command, env=environment, capture_output=True, check=True)
    # Where the run goes is what it was given, not what the environment says.
    elsewhere = environment | {"BTSQL_DSN": "host=/nowhere dbname=x"}
    done = subprocess.run(
        [sys.executable, "-c", RERUN, database.conninfo],
        env=elsewhere, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "IDENTICAL True None", "VARIATION True", "[('fast_period', '10', '4')]",
    ], done.stderr  # fmt: skip


def test_what_cannot_be_run_again_says_so(recorded: Target) -> None:
    with pytest.raises(RunNotFound):
        btsql.rerun("deadbeef", dsn=recorded.conninfo)
    with pytest.raises(SourceUnavailable):
        btsql.rerun("@ok", dsn=recorded.conninfo)
    with pytest.raises(UsageError, match="capital"):
        btsql.rerun("@ok", capital=-1, dsn=recorded.conninfo)


def test_metrics_have_short_names(recorded: Target) -> None:
    dsn = recorded.conninfo
    assert btsql.best_runs("sharpe", dsn=dsn) == btsql.best_runs("sharpe_ratio", dsn=dsn)
    ascending = btsql.history(sort_by="Sharpe", descending=False, metrics={"return": {">": 0}}, dsn=dsn)
    assert [run.sort_value for run in ascending] == [1.2, 2.0]
    assert btsql.history(sort_by="date", dsn=dsn) == btsql.history(dsn=dsn)
    for question in (
        lambda: btsql.best_runs("sharp", dsn=dsn),
        lambda: btsql.history(sort_by="sharp", dsn=dsn),
    ):
        with pytest.raises(UsageError, match='"sharp"') as told:
            question()
        assert told.value.hint == "did you mean sharpe_ratio?"
    with pytest.raises(UsageError, match="two criteria"):
        btsql.history(metrics={"sharpe": 1, "sharpe_ratio": 2}, dsn=dsn)


def test_filters_and_pages(recorded: Target) -> None:
    with connect(recorded) as connection:
        first = btsql.history(result_limit=1, connection=connection)
        rest = btsql.history(after=str(first[0].run_id), connection=connection)
        found = btsql.history(
            parameters={"fast_period": {">": 10}},
            metrics={"sharpe_ratio": {">": 1}},
            since=records.START + timedelta(seconds=30),
            connection=connection,
        )
    assert (len(first), len(rest)) == (1, 2)
    assert [run.sharpe_ratio for run in found] == [2.0]


class OneConnectionPool:
    """Lends one connection, as psycopg_pool.ConnectionPool lends some."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.lent = 0
        self._connection = connection

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[Any]]:
        self.lent += 1
        yield self._connection


def test_a_pool_lends_the_connection(recorded: Target) -> None:
    with connect(recorded) as connection:
        pool = OneConnectionPool(connection)
        assert len(btsql.history(connection=pool)) == 3
        assert pool.lent == 1
        assert not connection.closed


def test_a_connection_of_the_users_own_stays_open_and_as_it_is(recorded: Target) -> None:
    rows = psycopg.rows.dict_row
    with psycopg.connect(recorded.conninfo, row_factory=rows) as connection:
        assert btsql.get_run("@~1", connection=connection).sharpe_ratio == 2.0
        assert connection.row_factory is rows
        assert not connection.closed


def test_the_default_is_the_database_of_the_environment(
    recorded: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BTSQL_DSN", recorded.conninfo)
    assert len(btsql.history()) == 3


def test_what_cannot_be_answered_says_so(recorded: Target) -> None:
    with pytest.raises(RunNotFound):
        btsql.get_run("deadbeef", dsn=recorded.conninfo)
    with pytest.raises(UsageError, match="2 to 10"):
        btsql.compare_runs("@", dsn=recorded.conninfo)
    with pytest.raises(DatabaseUnavailable):
        btsql.history(dsn="host=/nowhere dbname=x")


def test_rows_become_a_data_frame(recorded: Target) -> None:
    frame = btsql.best_runs("sharpe_ratio", dsn=recorded.conninfo).to_pandas()
    assert list(frame["value"]) == [2.0, 1.2]
    assert list(frame["parameters.fast_period"]) == [20, 10]
    metrics = sorted(name.removeprefix("metrics.") for name in frame.columns if "metrics" in name)
    assert metrics == sorted(records.METRICS.keys() - {item.name for item in fields(RankedRun)})
    assert list(frame["metrics.cagr"]) == [0.1, 0.1]
    assert list(frame["total_return"]) == [0.5, 0.25]
    failed = btsql.strategy_history("other", dsn=recorded.conninfo).to_pandas()
    assert not [name for name in failed.columns if name.startswith("metrics")]
    listed = btsql.history(dsn=recorded.conninfo).to_pandas()
    assert str(listed["started_at"].dt.tz) == "UTC"
    assert listed["duration_seconds"].dtype == float


def test_a_comparison_has_a_column_for_each_run(recorded: Target) -> None:
    compared = btsql.compare_runs("@~1", "@~2", dsn=recorded.conninfo)
    ids = [run.short_id for run in btsql.history(dsn=recorded.conninfo)][1:]
    frame = compared.to_pandas().set_index("field")
    assert list(frame.columns) == ["section", *ids, "differs", "best"]
    assert frame.loc["sharpe_ratio", ids[0]] == 2.0
    twice = btsql.compare_runs("@", "@", dsn=recorded.conninfo).to_pandas()
    assert len(twice.columns) == 6


def test_a_comparison_can_be_calculated_with(database: Target) -> None:
    equity = 112817.35400000001
    for place, size in enumerate((0.1 + 0.2, "much")):
        made = records.success(
            after=place,
            parameters={"size": size},
            metrics=records.METRICS | {"final_equity": equity + place, "cagr": None},
            initial_capital=Decimal("123456.78"),
            data_start=records.START - timedelta(days=3000 - place),
        )
        records.save(database, made)
    compared = btsql.compare_runs("@~1", "@", dsn=database.conninfo)
    first, second = next(row.values for row in compared if row.field == "run")
    frame = compared.to_pandas()
    frame = frame[frame["section"] != "caution"].set_index("field")
    assert frame.loc["final_equity", second] - frame.loc["final_equity", first] == (equity + 1) - equity
    assert list(frame.loc["size", [first, second]]) == [0.1 + 0.2, "much"]
    assert frame.loc["cagr", first] is None
    assert frame.loc["initial_capital", first] == 123456.78
    assert frame.loc["data_start", first] == records.START - timedelta(days=3000)
    assert frame.loc["status", first] == "success"
    (equities,) = [row.values for row in compared if row.field == "final_equity"]
    assert equities == [equity, equity + 1]
    assert "112,818.35" in Tables(compared._repr_html_()).texts


def test_amounts_of_many_digits_are_exact(database: Target, connection: psycopg.Connection[Any]) -> None:
    amounts = [Decimal("100.000000000000000001"), Decimal("100.000000000000000002")]
    for place, amount in enumerate(amounts):
        document = records.success(after=place).document().replace("100000,", f"{amount},")
        assert str(amount) in document
        connection.execute("SELECT btsql.record_run(%s::jsonb)", [document])
    compared = btsql.compare_runs("@~1", "@", dsn=database.conninfo)
    (row,) = [row for row in compared if row.field == "initial_capital"]
    assert (row.values, row.differs) == (amounts, True)
    assert machine_value(amounts[0]) == str(amounts[0]), "a reader of a number would make the same of both"


def test_duplicates_of_a_recorded_run_are_those_of_its_exact_parameters(
    database: Target, connection: psycopg.Connection[Any]
) -> None:
    for place in range(2):
        record = json.loads(records.success(after=place).document()) | {"parameters": {"size": 1}}
        connection.execute(
            "SELECT btsql.record_run(jsonb_set(%s, '{parameters,size}', '0.12345678901234567890123'))",
            [Jsonb(record)],
        )
    assert len(btsql.find_duplicates("@", dsn=database.conninfo)) == 1


class Tables(HTMLParser):
    """Counts the tags and collects the texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_notebooks_show_tables_and_run_nothing_that_is_recorded(recorded: Target) -> None:
    listed = Tables(btsql.history(dsn=recorded.conninfo)._repr_html_())
    assert listed.tags.count("tr") == 4
    assert "<script>alert(1)</script>" in listed.texts
    assert "script" not in listed.tags
    assert "50.00%" in listed.texts
    shown = Tables(btsql.get_run("@", dsn=recorded.conninfo)._repr_html_())
    assert "script" not in shown.tags
    assert "no such thing" in shown.texts
    assert Tables(btsql.compare_runs("@", "@~1", dsn=recorded.conninfo)._repr_html_()).tags.count("tr") > 20


def test_a_printed_answer_is_the_table_of_the_command_line(
    recorded: Target, environment: dict[str, str]
) -> None:
    dsn = recorded.conninfo
    records.save(recorded, records.success(after=180))
    settings = {name: value for name, value in environment.items() if name != "TZ" or "TZ" in os.environ}
    settings |= {name: os.environ[name] for name in ("TZ",) if name in os.environ}
    for answer, command in (
        (btsql.history(dsn=dsn), ["history"]),
        (btsql.history(sort_by="volatility", dsn=dsn), ["history", "--sort", "volatility"]),
        (btsql.best_runs("cagr", dsn=dsn), ["best", "-m", "cagr"]),
        (btsql.strategy_history("sma_crossover", dsn=dsn), ["strategy", "sma_crossover"]),
        (btsql.find_duplicates("@", dsn=dsn), ["check-duplicate", "--like", "@"]),
        (btsql.find_near_duplicates("@", dsn=dsn), ["check-duplicate", "--like", "@", "--near"]),
        (btsql.compare_runs("@", "@~2", dsn=dsn), ["compare", "@", "@~2"]),
    ):
        assert len(answer) > 0
        done = subprocess.run(
            [sys.executable, "-m", "btsql", *command],
            env=settings, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert f"{answer}\n" == done.stdout
        assert str(pickle.loads(pickle.dumps(answer))) == str(answer)  # noqa: S301 - it is ours
    assert str(btsql.history(strategy_name="zzz", dsn=dsn)) == "no run"
    with connect(recorded) as connection, connection.cursor(row_factory=class_row(VerdictRow)) as cursor:
        _, *rows = cursor.execute("SELECT * FROM btsql.reproduction_verdict('@', '@~2')").fetchall()
    findings = str(Rows(rows)).splitlines()
    assert len(findings) == len(rows) + 1
    assert findings[0].split() == ["section", "field", "original", "reproduction", "difference", "note"]


def test_durations_are_rounded_for_people(database: Target) -> None:
    records.save(database, records.success(duration_seconds=0.123456789))
    rows = btsql.history(dsn=database.conninfo)
    assert "0.12" in Tables(rows._repr_html_()).texts
    assert "0.12" in Tables(btsql.get_run(dsn=database.conninfo)._repr_html_()).texts


def test_an_empty_answer_is_shown_as_one(database: Target) -> None:
    nothing = btsql.history(dsn=database.conninfo)
    assert len(nothing) == 0
    assert nothing._repr_html_() == "<p>no run</p>"
    assert nothing.to_pandas().empty


def test_fractions_are_those_of_the_schema(connection: psycopg.Connection[Any]) -> None:
    query = "SELECT metric FROM btsql.metric_definition() WHERE unit = 'fraction'"
    assert {row[0] for row in connection.execute(query)} == FRACTIONS


def test_importing_btsql_loads_nothing_that_is_not_asked_for() -> None:
    code = "import sys, btsql; print(sorted({'psycopg', 'btsql.api', 'pandas', 'nautilus_trader'} & set(sys.modules)))"
    code += "; btsql.history; print('btsql.api' in sys.modules, 'pandas' in sys.modules, set(btsql.__all__) <= set(dir(btsql)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "True False True"]
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = btsql.nothing
