"""Plots: a metric over time, a metric by a parameter; legible in a pipe, at 80 columns and without colour."""

from __future__ import annotations

import re
import sys
from datetime import timedelta

import pytest

from btsql.database import Target
from conftest import Run
from records import METRICS, failure, save, success
from terminal import on_terminal

DAY = timedelta(days=1).total_seconds()
MARK = "o"


@pytest.fixture
def recorded(database: Target) -> None:
    """Eight runs a day apart, whose returns rise with the parameter; one without Sharpe ratio, and a failure."""
    runs = [
        success(
            after=place * DAY,
            parameters={"period": 10 * place, "mode": "up" if place > 3 else "down", "same": 1},
            metrics=METRICS
            | {"total_return": place / 10, "sharpe_ratio": None if place == 2 else place / 4 - 1},
        )
        for place in range(8)
    ]
    save(database, *runs, failure(after=9 * DAY))


def cells(plot: str) -> list[tuple[int, int]]:
    """Return where the marks are, from left to right: column and row, the highest row last."""
    rows = [re.match(r" *[-\d.,%]* ?[+|](.*)", line) for line in plot.splitlines()]
    drawn = [row[1] for row in rows if row][::-1]
    return sorted(
        (place, row) for row, line in enumerate(drawn) for place, sign in enumerate(line) if sign == MARK
    )


def test_a_metric_over_the_time_of_the_runs(btsql: Run, recorded: None) -> None:
    done = btsql("strategy", "sma_crossover", "--plot", "return")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    assert max(map(len, done.stdout.splitlines())) <= 80
    marks = cells(done.stdout)
    assert len(marks) == 8
    assert marks == sorted(marks, key=lambda mark: mark[1]), "the returns rise"
    head, *_, axis, _, note = done.stdout.splitlines()
    assert head == "total return of 8 runs of sma_crossover, by start (UTC)"
    assert axis.split()[:2] == ["03-02", "09:30"]
    assert note.startswith("not in the plot: 1 run without total return (")


def test_what_is_missing_is_named(btsql: Run, recorded: None) -> None:
    done = btsql("strategy", "sma_crossover", "--plot", "Sharpe")
    assert len(cells(done.stdout)) == 7
    assert re.search(r"not in the plot: 2 runs without Sharpe ratio \(\w{8}, \w{8}\)\n", done.stdout)
    none = btsql("strategy", "sma_crossover", "--plot", "Sharpe", "--since", "2026-03-11")
    assert (none.returncode, cells(none.stdout)) == (0, [])
    assert "1 run without Sharpe ratio" in none.stdout


def test_a_number_against_a_metric(btsql: Run, recorded: None) -> None:
    done = btsql("best", "--plot", "period:total_return", "-m", "return")
    assert (done.returncode, done.stderr) == (0, "")
    marks = cells(done.stdout)
    assert len({row for _, row in marks}) == len(marks) == 8
    assert marks == sorted(marks, key=lambda mark: mark[1])
    *_, last = done.stdout.splitlines()
    assert [float(label) for label in last.split()] == sorted(float(label) for label in last.split())
    assert re.search(r"^ *0% \+o", done.stdout, re.MULTILINE), "0 % is where the axis says so"


def test_the_title_counts_what_is_drawn(btsql: Run, recorded: None, database: Target) -> None:
    save(database, success(after=8 * DAY, parameters={"other": 1}))
    done = btsql("best", "--plot", "period:Sharpe", "-m", "return")
    assert done.stdout.startswith("Sharpe ratio of 7 runs by period\n")
    assert len(cells(done.stdout)) == 7
    (note,) = [line for line in done.stdout.splitlines() if "without" in line]
    left_out = r"1 run without period \(\w+\), and 1 run without Sharpe ratio \(\w+\)"
    assert re.fullmatch(f"not in the plot: {left_out}", note)


def test_all_runs_are_drawn_and_not_the_best_alone(btsql: Run, database: Target) -> None:
    save(
        database,
        *(
            success(after=place, parameters={"period": place}, metrics=METRICS | {"sharpe_ratio": place / 10})
            for place in range(30)
        ),
    )
    done = btsql("best", "--plot", "period:sharpe_ratio")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Sharpe ratio of 30 runs by period\n")
    few = btsql("best", "--plot", "period:sharpe_ratio", "-n", "5")
    assert few.stdout.startswith("Sharpe ratio of 5 runs by period\n")
    assert few.stderr == "btsql: these are the best 5; -n asks for more, up to 1000\n"


def test_texts_have_a_row_each(btsql: Run, recorded: None) -> None:
    rows = btsql("best", "--plot", "mode").stdout.splitlines()
    found = [row.partition(" +") for row in rows if re.match(r"^ *(up|down) \+", row)]
    named = {name.strip(): drawn.count(MARK) for name, _, drawn in found}
    assert named == {"up": 4, "down": 3}, "the metric that ranks, where none is named"


def test_runs_that_share_a_mark_are_told(btsql: Run, recorded: None) -> None:
    assert "share" not in btsql("best", "--plot", "period").stdout
    one = btsql("best", "--plot", "same:periods_per_year").stdout
    assert len(cells(one)) == 1
    assert "\n1 mark, because some of the runs share one\n" in one
    assert one.startswith("periods a year of 7 runs by same\n")


@pytest.mark.parametrize("columns", [80, 120])
def test_a_terminal_gets_lines_and_what_fits(
    environment: dict[str, str], recorded: None, columns: int
) -> None:
    command = [sys.executable, "-m", "btsql", "strategy", "sma_crossover", "--plot", "return"]
    shown = on_terminal(command, environment, columns=columns)
    assert (shown.exit_code, shown.has_colours) == (0, False)
    assert columns - 12 <= max(map(len, shown.lines)) <= columns
    assert len(shown.lines) < 24
    assert re.search("[\u2801-\u28ff]", shown.text), "runs are joined"
    assert len(cells(shown.text)) == 8


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("strategy", "sma_crossover", "--plot", "beauty"), 'there is no metric "beauty"'),
        (("best", "--plot", "period:beauty"), 'there is no metric "beauty"'),
        (("best", "--plot", "beauty"), 'none of these runs has a parameter "beauty"'),
        (("best", "--plot", ":return"), "--plot names no parameter"),
        (("best", "--plot", "period", "--format", "json"), "a plot is for people"),
    ],
    ids=str,
)
def test_what_cannot_be_drawn_ends_with_2_and_a_hint(
    btsql: Run, recorded: None, arguments: tuple[str, ...], message: str
) -> None:
    done = btsql(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    first, hint = done.stderr.splitlines()
    assert message in first
    assert hint.startswith("       ")
