"""User story 6: the best backtests by a metric, with what made them."""

from __future__ import annotations

import json
import random
import sys

import pytest

from btsql.database import Target
from btsql.record import RunRecord
from conftest import Run
from records import METRICS, failure, save, success
from terminal import on_terminal


@pytest.fixture
def recorded(database: Target) -> list[RunRecord]:
    """Thirty runs of two strategies, every Sharpe ratio another."""
    order = list(range(30))
    random.Random(3).shuffle(order)  # noqa: S311 - nothing is secret
    records = [
        success(
            after=place,
            strategy_type="sma_crossover" if place % 2 else "momentum",
            parameters={"fast_period": 5 + number, "slow_period": 100, "mode": "a" if number % 3 else "b"},
            metrics=METRICS
            | {
                "sharpe_ratio": number / 10,
                "total_return": number / 100 - 0.1,
                "volatility": 0.1 + number / 100,
            },
        )
        for place, number in enumerate(order)
    ]
    save(database, *records, failure(after=40), success(after=41, metrics=METRICS | {"sharpe_ratio": None}))
    return records


def test_us6_1_the_top_twenty_by_sharpe_ratio(btsql: Run, recorded: list[RunRecord]) -> None:
    runs = json.loads(btsql("best", "--metric", "sharpe_ratio", "--format", "json").stdout)
    assert [run["sharpe_ratio"] for run in runs] == [number / 10 for number in range(29, 9, -1)]
    assert [run["rank"] for run in runs] == list(range(1, 21))
    assert {run["metric"] for run in runs} == {"sharpe_ratio"}
    listed = btsql("history", "--sort", "sharpe_ratio", "--format", "json").stdout
    assert [run["run_id"] for run in json.loads(listed)] == [run["run_id"] for run in runs]


def of_no_sharpe(btsql: Run) -> str:
    """Return the run that has a return and no Sharpe ratio."""
    (run,) = json.loads(
        btsql(
            "history", "--where", "not exists sharpe_ratio and exists total_return", "--format", "json"
        ).stdout
    )
    return str(run["run_id"])


def test_us6_2_one_strategy_by_total_return(btsql: Run, recorded: list[RunRecord]) -> None:
    runs = json.loads(btsql("best", "-m", "return", "--type", "sma_crossover", "--format", "json").stdout)
    ids = {str(record.run_id) for record in recorded if record.strategy_type == "sma_crossover"}
    assert [run["value"] for run in runs] == sorted((run["value"] for run in runs), reverse=True)
    assert {run["run_id"] for run in runs} - {of_no_sharpe(btsql)} == ids
    assert {run["strategy_name"] for run in runs} == {"sma_crossover"}


def test_us6_3_each_entry_says_what_made_it(btsql: Run, recorded: list[RunRecord]) -> None:
    done = btsql("best", "-n", "3")
    assert (done.returncode, done.stderr) == (0, "")
    head, first, *_ = done.stdout.splitlines()
    told = "btsql: these are the best 20; -n asks for more, up to 1000\n"
    assert btsql("best").stderr == told, "who gives no number is told how"
    assert head.split() == ["#", "id", "Sharpe", "ratio", "strategy", "instrument", "parameters"]
    best = next(record for record in recorded if record.parameters["fast_period"] == 34)
    rank, short_id, value, strategy, instrument, *parameters = first.split()
    assert (rank, short_id, value) == ("1", best.run_id.hex[-12:-4], "2.90")
    assert (strategy, instrument) == (best.strategy_type, "AAPL.XNAS")
    assert parameters == ["fast_period=34", "mode=a"], "those that differ among the runs listed"
    assert done.stdout.splitlines()[-1] == "the same in all: slow_period=100"


def test_lower_is_better_where_it_is(btsql: Run, recorded: list[RunRecord]) -> None:
    runs = json.loads(btsql("best", "-m", "volatility", "-n", "2", "--format", "json").stdout)
    assert [run["value"] for run in runs] == [0.1, 0.11]


def test_filters_narrow_a_ranking(btsql: Run, recorded: list[RunRecord]) -> None:
    criteria = "fast_period < 20 and mode = 'b' and total_return > -5%"
    runs = json.loads(btsql("best", "--where", criteria, "--format", "json").stdout)
    assert [run["parameters"]["fast_period"] for run in runs] == [17, 14, 11]
    reference = runs[1]["short_id"]
    assert btsql("tag", reference, "keep").returncode == 0
    (tagged,) = json.loads(btsql("best", "--tag", "keep", "--format", "json").stdout)
    assert tagged["run_id"] == runs[1]["run_id"]


@pytest.mark.parametrize(
    ("metric", "message"),
    [
        ("beauty", 'there is no metric "beauty"\n       There are: total_return, cagr'),
        ("sharp", 'there is no metric "sharp"\n       did you mean sharpe_ratio?\n'),
        (
            "trades",
            'total_trades" cannot be ranked: neither direction is better\n       To list runs by it: btsql history --sort total_trades',
        ),
    ],
)
def test_what_cannot_be_ranked(btsql: Run, recorded: list[RunRecord], metric: str, message: str) -> None:
    done = btsql("best", "--metric", metric)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_parameters_that_repeat_the_instrument_are_left_out_and_long_ones_cut(
    btsql: Run, database: Target
) -> None:
    def run(place: int, instrument: str, minutes: int) -> RunRecord:
        bar = f"{instrument}-{minutes}-MINUTE-LAST-EXTERNAL"
        return success(
            after=place,
            instruments=(instrument,),
            parameters={
                "bar_type": bar,
                "instrument_id": instrument,
                "fast_period": place,
                "weights": "w" * 9000,
            },
        )

    save(database, run(0, "AAPL.XNAS", 1), run(1, "MSFT.XNAS", 1))
    table = btsql("best").stdout
    assert "bar_type" not in table
    assert "instrument_id" not in table
    assert "fast_period=1\n" in table
    assert table.splitlines()[-1] == f"the same in all: weights={'w' * 59}…"
    save(database, success(after=4, strategy_type="momentum", parameters={"lookback": 60}))
    table = btsql("best").stdout
    assert "bar_type" not in table, "that others have none tells nothing about the bars"
    assert "instrument_id" not in table
    save(database, run(2, "MSFT.XNAS", 5))
    assert "bar_type=MSFT.XNAS-5-MINUTE-LAST-EXTERNAL" in btsql("best").stdout, "what else it says differs"
    history = btsql("strategy", "sma_crossover").stdout.splitlines()
    assert history[2].endswith("fast_period 0 -> 1")
    assert history[3].endswith(
        "bar_type MSFT.XNAS-1-MINUTE-LAST-EXTERNAL -> MSFT.XNAS-5-MINUTE-LAST-EXTERNAL, fast_period 1 -> 2"
    )
    document = btsql("best", "--type", "sma_crossover", "-n", "1", "--format", "json").stdout
    assert len(document) > 9000, "programs get all of it"


@pytest.mark.parametrize("columns", [80, 120, 200])
def test_a_ranking_fits_the_terminal(
    environment: dict[str, str], recorded: list[RunRecord], columns: int
) -> None:
    shown = on_terminal([sys.executable, "-m", "btsql", "best", "-n", "20"], environment, columns=columns)
    assert shown.exit_code == 0
    assert max(map(len, shown.lines)) <= columns
    assert "…" not in shown.text
    assert ("drawdown" in shown.lines[0]) == (columns > 100), "a wider terminal shows more"


def test_what_makes_listed_runs_hard_to_compare_is_said(
    btsql: Run, environment: dict[str, str], database: Target
) -> None:
    days = {"data_start": "2013-01-02T00:00:00Z", "data_end": "2014-12-31T00:00:00Z"}
    save(database, success(), success(after=1, parameters={"p": 1}))
    same = btsql("best")
    assert (same.stderr, "data" in same.stdout.split()) == ("", False)
    save(database, success(after=2, parameters={"p": 2}, **days))
    periods = btsql("best")
    said = "btsql: these runs are hard to compare: they differ in "
    assert periods.stderr == f"{said}the period of their data\n"
    assert "2013-01-02..2014-12-31" in periods.stdout
    save(database, success(after=3, instruments=("MSFT.XNAS",), currency="EUR"))
    assert btsql("best").stderr == f"{said}the period of their data, their instruments and their currency\n"
    assert btsql("best", "--instrument", "MSFT.XNAS").stderr == ""
    wide = on_terminal([sys.executable, "-m", "btsql", "best"], environment, columns=100)
    assert "2013-01-02..2014-12-31" in wide.text


def test_an_empty_database_says_what_to_do_next(btsql: Run) -> None:
    done = btsql("best")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("btsql: nothing is recorded yet\n")


def test_money_of_several_currencies_is_shown_as_such(btsql: Run, database: Target) -> None:
    save(
        database,
        success(currency="JPY", metrics=METRICS | {"net_profit": 2_989_560}),
        success(after=1, currency="USD", metrics=METRICS | {"net_profit": 25_000}),
    )
    done = btsql("best", "-m", "net_profit")
    assert "2,989,560.00 JPY" in done.stdout
    assert "25,000.00 USD" in done.stdout
    assert "the amounts are in JPY, USD and ranked by their numbers, without any rate" in done.stderr
    assert [
        run["currency"] for run in json.loads(btsql("best", "-m", "net_profit", "--format", "json").stdout)
    ] == [
        "JPY",
        "USD",
    ]
    assert "amounts" not in btsql("best").stderr


def test_runs_without_the_metric_are_not_called_none(btsql: Run, database: Target) -> None:
    assert "nothing is recorded yet" in btsql("best").stderr
    save(database, failure())
    for options in ((), ("--type", "sma_crossover")):
        done = btsql("best", *options)
        assert (done.returncode, done.stdout) == (0, "")
        assert done.stderr == (
            "btsql: none of these runs has a sharpe_ratio\n       `btsql history` lists failures, too.\n"
        )
    assert "no run matches" in btsql("best", "--type", "sma_crosover").stderr
