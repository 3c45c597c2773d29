"""User story 2: recent backtests are listed with their key metrics."""

from __future__ import annotations

import json
import random

import pytest

from btsql.database import Target
from conftest import Run
from records import METRICS, failure, save, success

RUNS = (
    ("sma_crossover", "AAPL.XNAS", "mock:1"),
    ("mean_reversion", "MSFT.XNAS", "mock:2"),
    ("momentum", "IBM.XNYS", "mock:3"),
    ("sma_crossover", "EUR/USD.SIM", "mock:4"),
    ("mean_reversion", "TEST.SIM", "mock:5"),
)


@pytest.mark.engine
def test_us2_1_five_backtests_are_listed_with_their_key_metrics(btsql: Run) -> None:
    for strategy, instrument, data in RUNS:
        done = btsql("run", strategy, "--instrument", instrument, "--data", data)
        assert done.returncode == 0, done.stderr
    listed = btsql("history")
    assert (listed.returncode, listed.stderr) == (0, "")
    header, *rows = (line.split() for line in listed.stdout.splitlines())
    assert header == [
        "id",
        "started",
        "UTC",
        "strategy",
        "instrument",
        "return",
        "Sharpe",
        "drawdown",
        "status",
    ]
    runs = json.loads(btsql("history", "--format", "json").stdout)
    assert len(rows) == len(runs) == 5
    for row, run, (strategy, instrument, _) in zip(rows, runs, reversed(RUNS), strict=True):
        date, clock = run["started_at"].split("T")
        assert row == [
            run["run_id"][-12:-4],
            date,
            clock[:8],
            strategy,
            instrument,
            f"{run['total_return']:+.2%}",
            f"{run['sharpe_ratio']:.2f}",
            f"{run['max_drawdown']:.2%}",
            "success",
        ]


def test_us2_2_the_twenty_newest_come_first_without_a_limit(btsql: Run, database: Target) -> None:
    order = list(range(50))
    random.Random(5).shuffle(order)  # noqa: S311 - recorded in another order than they were run
    save(database, *(success(after=second, strategy_name=f"run-{second}") for second in order))
    names = [run["strategy_name"] for run in json.loads(btsql("history", "--format", "json").stdout)]
    assert names == [f"run-{second}" for second in range(49, 29, -1)]
    table = btsql("history").stdout.splitlines()[1:]
    assert [line.split()[3] for line in table] == names


def test_us2_3_a_strategy_name_filters(btsql: Run, database: Target) -> None:
    save(
        database,
        success(after=1, strategy_name="fast"),
        success(after=2, strategy_name="slow"),
        success(after=3, strategy_name="fast"),
        success(after=4, strategy_name="faster"),
        success(after=5),
    )
    runs = json.loads(btsql("history", "--strategy", "fast", "--format", "json").stdout)
    assert [(run["strategy_name"], run["started_at"][17:19]) for run in runs] == [
        ("fast", "18"),
        ("fast", "16"),
    ]


def test_us2_4_a_status_tells_success_from_failure(btsql: Run, database: Target) -> None:
    save(
        database,
        success(after=1),
        failure(after=2),
        success(after=3, status="interrupted", metrics=None),
        success(after=4, metrics=METRICS | {"total_return": -0.5}),
    )
    rows = [line.split() for line in btsql("history").stdout.splitlines()[1:]]
    assert [row[-1] for row in rows] == ["success", "interrupted", "failure", "success"]
    assert [row[-4:-1] for row in rows] == [
        ["-50.00%", "1.20", "-15.00%"],
        ["-", "-", "-"],
        ["-", "-", "-"],
        ["+25.00%", "1.20", "-15.00%"],
    ]
