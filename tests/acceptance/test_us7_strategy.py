"""User story 7: a strategy's backtests over time, with what changed."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta

import pytest

from btsql.database import Target
from btsql.record import RunRecord
from conftest import Run
from records import METRICS, failure, save, success
from terminal import on_terminal

FOUR_DAYS = timedelta(days=4).total_seconds()


@pytest.fixture
def recorded(database: Target) -> list[RunRecord]:
    """Fifteen runs within two months: another parameter each time, another period each fifth."""
    records = [
        success(
            after=place * FOUR_DAYS,
            parameters={"fast_period": 10 + place, "slow_period": 100},
            data_start=datetime(2010 + place // 5, 1, 1, tzinfo=UTC),
            data_end=datetime(2015 + place // 5, 12, 31, tzinfo=UTC),
            metrics=METRICS | {"total_return": place / 100, "sharpe_ratio": place / 10},
        )
        for place in range(15)
    ]
    save(database, *reversed(records), success(after=1, strategy_type="momentum", strategy_name="my label"))
    return records


def test_us7_1_fifteen_runs_in_chronological_order(btsql: Run, recorded: list[RunRecord]) -> None:
    done = btsql("strategy", "sma_crossover")
    assert (done.returncode, done.stderr) == (0, "")
    rows = [line.split() for line in done.stdout.splitlines()[1:]]
    assert [row[0] for row in rows] == [record.run_id.hex[-12:-4] for record in recorded]
    dates = [row[1] for row in rows]
    assert dates == sorted(dates)
    assert (dates[0], dates[-1]) == ("2026-03-02", "2026-04-27")
    assert [row[5] for row in rows] == [f"{place / 100:+.2%}" for place in range(15)]
    assert rows[3][6:9] == ["+1.00", "pp", "0.30"], "and how the metrics changed"


def test_us7_2_parameters_and_how_they_affected_performance(btsql: Run, recorded: list[RunRecord]) -> None:
    lines = btsql("strategy", "sma_crossover").stdout.splitlines()[1:]
    assert lines[0].endswith("fast_period=10, slow_period=100")
    assert lines[7].endswith("fast_period 16 -> 17")
    runs = json.loads(btsql("strategy", "sma_crossover", "--format", "json").stdout)
    assert runs[7]["changed_parameters"] == {"fast_period": {"before": 16, "now": 17}}
    assert runs[7]["metric_changes"]["sharpe_ratio"] == pytest.approx(0.1)
    assert runs[7]["metric_changes"]["max_drawdown"] == 0


def test_us7_3_the_market_periods_are_shown(btsql: Run, recorded: list[RunRecord]) -> None:
    periods = [line.split()[4] for line in btsql("strategy", "sma_crossover").stdout.splitlines()[1:]]
    assert periods == [
        *["2010-01-01..2015-12-31"] * 5,
        *["2011-01-01..2016-12-31"] * 5,
        *["2012-01-01..2017-12-31"] * 5,
    ]


def test_a_label_names_its_runs_too(btsql: Run, recorded: list[RunRecord]) -> None:
    (run,) = json.loads(btsql("strategy", "my label", "--format", "json").stdout)
    assert run["changed_parameters"] == {"fast_period": {"now": 10}, "slow_period": {"now": 50}}


def test_a_label_has_its_runs_of_every_type(
    btsql: Run, environment: dict[str, str], database: Target, recorded: list[RunRecord]
) -> None:
    save(database, success(after=2, strategy_name="my label", parameters={"fast_period": 12}))
    runs = json.loads(btsql("strategy", "my label", "--format", "json").stdout)
    assert [run["strategy_type"] for run in runs] == ["momentum", "sma_crossover"]
    head, *rows = btsql("strategy", "my label").stdout.splitlines()
    assert head.split()[3] == "strategy"
    assert [row.split()[3] for row in rows] == ["momentum", "sma_crossover"]
    narrow = on_terminal([sys.executable, "-m", "btsql", "strategy", "my label"], environment)
    assert narrow.lines[-1].strip() == "sma_crossover; fast_period 10 -> 12, slow_period 50 -> (gone)"


def test_a_limit_and_times_narrow_it_to_the_newest(btsql: Run, recorded: list[RunRecord]) -> None:
    done = btsql("strategy", "sma_crossover", "-n", "2", "--until", "2026-04-20", "--format", "json")
    assert [run["run_id"] for run in json.loads(done.stdout)] == [
        str(recorded[place].run_id) for place in (11, 12)
    ]
    assert "these are the newest 2" in done.stderr
    none = btsql("strategy", "sma_crossover", "--instrument", "MSFT.XNAS")
    assert (none.returncode, none.stdout) == (0, "")
    assert "no run matches these filters" in none.stderr


def test_a_strategy_that_no_run_has_ends_with_3(btsql: Run, recorded: list[RunRecord]) -> None:
    close = btsql("strategy", f"{recorded[0].strategy_type}x")
    assert (close.returncode, close.stdout) == (3, "")
    assert close.stderr.endswith(f"       did you mean {recorded[0].strategy_type}?\n")
    done = btsql("strategy", "nobody's")
    assert (done.returncode, done.stdout) == (3, "")
    assert 'no run is one of a strategy "nobody\'s"' in done.stderr


@pytest.mark.parametrize("columns", [80, 120, 200])
def test_the_history_fits_the_terminal(
    environment: dict[str, str], database: Target, recorded: list[RunRecord], columns: int
) -> None:
    save(database, failure(after=20 * FOUR_DAYS))
    command = [sys.executable, "-m", "btsql", "strategy", "sma_crossover"]
    shown = on_terminal(command, environment, columns=columns)
    assert shown.exit_code == 0
    assert max(map(len, shown.lines)) <= columns
    assert "fast_period 16 -> 17" in shown.text
    assert "failure" in shown.text
    assert "2012-01-01..2017-12-31" in shown.text


def test_what_it_looks_like_at_80_columns(environment: dict[str, str], recorded: list[RunRecord]) -> None:
    command = [sys.executable, "-m", "btsql", "strategy", "sma_crossover", "-n", "2"]
    text = on_terminal(command, environment).text
    for record, name in zip(recorded[-2:], "ab", strict=True):
        text = text.replace(record.run_id.hex[-12:-4], name * 8)
    lines = text.splitlines()
    assert lines[2].startswith("aaaaaaaa ")
    assert lines[2].endswith("2012-01-01..2017-12-31 +13.00%   1.30  -15.00%")
    assert lines[3] == "          fast_period 22 -> 23; return +1.00 pp, Sharpe +0.10"
