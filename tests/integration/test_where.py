"""What the filter language accepts, the database's functions accept, and find by it what it says."""

from __future__ import annotations

import contextlib
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from btsql.comparison import best_runs
from btsql.database import Target
from btsql.errors import UsageError
from btsql.metric_names import METRICS
from btsql.runs import list_runs
from btsql.where import parse_where
from conftest import Run
from records import METRICS as FIGURES
from records import failure, save, success

SETTINGS = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
NAMES = st.sampled_from(["fast", "param.sharpe_ratio", "metric.win_rate", '"a ""b"" c"', *METRICS])
TEXTS = st.text(max_size=15).map(lambda text: "'" + text.replace("'", "''") + "'")
NUMBERS = (
    st.integers().map(str) | st.floats(allow_nan=False, allow_infinity=False).map(repr) | st.just("12.5%")
)
VALUES = NUMBERS | TEXTS | st.sampled_from(["true", "false", "null"])
CRITERIA = (
    st.builds("{} {} {}".format, NAMES, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), VALUES)
    | st.builds("{} in ({}, {})".format, NAMES, VALUES, VALUES)
    | st.builds("{} {}".format, st.sampled_from(["exists", "not exists"]), NAMES)
)


@pytest.mark.parametrize("command", ["history", "best"])
def test_a_name_that_nothing_has_is_told_with_the_one_that_is_meant(
    btsql: Run, database: Target, command: str
) -> None:
    def told(criteria: str) -> str:
        done = btsql(command, "--where", criteria)
        assert (done.returncode, done.stdout) == (0, "")
        return done.stderr

    assert "no run matches these filters" in told("sharp_ratio > 1"), "nothing is recorded"
    save(database, success(parameters={"fast_period": 10, "stop": None}))
    assert 'is called "sharp_ratio"\n       did you mean sharpe_ratio?' in told("sharp_ratio > 1")
    assert 'is called "fast_perod"\n       did you mean fast_period?' in told(
        "sharpe_ratio > 1 and fast_perod = 1"
    )
    assert 'is called "zzz"\n       `btsql show @` lists' in told("exists zzz")
    assert "no run matches these filters" in told("fast_period = 11")
    assert "no run matches these filters" in told("stop = 1"), "a parameter that is null is one"


def test_short_names_of_metrics_are_theirs_unless_a_parameter_has_them(btsql: Run, database: Target) -> None:
    def listed(criteria: str, command: str = "history") -> tuple[int, str]:
        done = btsql(command, "--where", criteria, "--format", "csv")
        assert done.returncode == 0, done.stderr
        return done.stdout.count("\n") - 1, done.stderr

    save(database, success(), success(after=1, metrics=FIGURES | {"sharpe_ratio": 0.1}))
    for command in ("history", "best"):
        assert listed("sharpe > 0.3", command) == (1, "")
        assert listed("return > 2% and drawdown > -20% and trades >= 10", command) == (2, "")
    assert listed("trades > 30") == (
        0,
        "btsql: no run matches these filters\n       `btsql history` lists the newest of all runs.\n",
    )
    refused = btsql("history", "--where", "sharpe > 'x'")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "sharpe is a metric, and compared with a number" in refused.stderr
    save(database, success(after=2, parameters={"sharpe": 7, "trades": None}))
    assert listed("sharpe > 0.3") == (1, "")
    assert listed("exists trades") == (1, ""), "though no index has it"
    assert listed("metric.sharpe > 0.3") == (2, "")


def test_a_bound_that_looks_like_a_percentage_is_told_of(btsql: Run, database: Target) -> None:
    save(database, success())
    told = "btsql: total_return is a fraction: 2 is 200 %; write 2% for 2 percent\n"
    for command in ("history", "best"):
        found = btsql(command, "--where", "total_return < 2", "--format", "csv")
        assert (found.returncode, found.stdout.count("\n"), found.stderr) == (0, 2, told)
    none = btsql("history", "--where", "total_return > 2")
    assert none.stderr.startswith(told + "btsql: no run matches")
    assert btsql("history", "--where", "return < 2").stderr == told.replace("total_return", "return")
    assert btsql("history", "--where", "total_return < 200%").stderr == ""
    empty = btsql("history", "--where", "")
    assert (empty.returncode, empty.stderr.splitlines()[0]) == (2, "btsql: --where is empty")


def test_the_metrics_are_those_of_the_schema(connection: psycopg.Connection[Any]) -> None:
    rows = connection.execute("SELECT metric FROM btsql.metric_definition()").fetchall()
    assert tuple(name for (name,) in rows) == METRICS


@SETTINGS
@given(text=st.lists(CRITERIA, min_size=1, max_size=4).map(" and ".join))
def test_what_is_accepted_can_be_searched_for(connection: psycopg.Connection[Any], text: str) -> None:
    with contextlib.suppress(UsageError):
        criteria = parse_where(text)
        given: dict[str, Any] = {
            "parameters": criteria.parameters or None,
            "metrics": criteria.metrics or None,
        }
        assert list_runs(connection, **given) == []
        assert best_runs(connection, "sharpe_ratio", **given) == []
        return
    with pytest.raises(UsageError):
        parse_where(text)  # the error was the parser's


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fast_period >= 20", [20, 30]),
        ("fast_period < 20", [10]),
        ("10 < fast_period and fast_period < 30", [20]),
        ("fast_period in (10, 30)", [10, 30]),
        ("mode = 'a'", [10]),
        ("mode <> 'a'", [20]),
        ("not exists mode", [30]),
        ("total_return > 20%", [20]),
        ("exists total_return", [10, 20]),
        ("on = true", [10]),
        ("limit = null", [20]),
        ("fast_period > '5'", []),
    ],
)
def test_what_it_finds(
    connection: psycopg.Connection[Any], database: Target, text: str, expected: list[int]
) -> None:
    save(
        database,
        success(
            parameters={"fast_period": 10, "mode": "a", "on": True}, metrics=FIGURES | {"total_return": 0.1}
        ),
        success(
            parameters={"fast_period": 20, "mode": "b", "limit": None},
            metrics=FIGURES | {"total_return": 0.3},
        ),
        failure(parameters={"fast_period": 30}),
    )
    criteria = parse_where(text)
    found = list_runs(connection, parameters=criteria.parameters or None, metrics=criteria.metrics or None)
    rows = connection.execute(
        "SELECT (parameters -> 'fast_period')::integer FROM btsql.backtest_run WHERE run_id = ANY (%s) ORDER BY 1",
        [[run.run_id for run in found]],
    ).fetchall()
    assert [fast for (fast,) in rows] == expected
