"""User story 4: several backtests side by side, with what differs and which is best."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from btsql.database import Target
from btsql.record import RunRecord
from conftest import Run
from records import METRICS, failure, save, success
from terminal import on_terminal

FIGURES = (
    # fast, return, Sharpe, drawdown
    (10, 0.21, 0.9, -0.18),
    (20, 0.34, 1.3, -0.22),
    (30, -0.05, -0.2, -0.10),
    (40, 0.10, 0.5, -0.30),
    (50, 0.15, 0.7, -0.25),
)


def runs(count: int = 5) -> list[RunRecord]:
    """Return runs of one strategy with different parameters and results, oldest first."""
    return [
        success(
            after=place,
            parameters={"fast_period": fast, "slow_period": 100},
            metrics=METRICS | {"total_return": total, "sharpe_ratio": sharpe, "max_drawdown": drawdown},
        )
        for place, (fast, total, sharpe, drawdown) in enumerate((FIGURES * 2)[:count])
    ]


def short(record: RunRecord) -> str:
    return record.run_id.hex[-12:-4]


def row(text: str, label: str) -> list[str]:
    """Return the cells of one row of what `btsql compare` prints."""
    found = re.search(rf"^  {re.escape(label)}  +(.*)$", text, re.M)
    assert found, f"no row {label} in:\n{text}"
    return re.split(r"  +", found[1].strip())


@pytest.fixture
def recorded(database: Target) -> list[RunRecord]:
    records = runs()
    save(database, *records)
    return records


def test_us4_1_three_of_five_runs_side_by_side(btsql: Run, recorded: list[RunRecord]) -> None:
    chosen = [recorded[place] for place in (0, 1, 2)]
    done = btsql("compare", *(short(record) for record in chosen))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].split() == [short(record) for record in chosen]
    assert row(done.stdout, "fast_period") == ["10", "20", "30", "▁▅█"]
    assert "slow_period" not in done.stdout.split("the same in all:")[0], "only what differs"
    assert "slow_period 100" in done.stdout.split("the same in all:")[1]
    metrics = json.loads(btsql("show", "@", "--format", "json").stdout).keys() & METRICS.keys()
    compared = json.loads(btsql("compare", "@", "@~1", "--format", "json").stdout)["fields"]
    assert {field["field"] for field in compared if field["section"] == "metric"} == metrics
    table = done.stdout.split("Metrics\n")[1].split("\n\n")[0]
    assert len(table.splitlines()) == len(METRICS), "every metric is there, whether it differs or not"
    assert row(done.stdout, "win rate") == ["60.00%"] * 3


def test_us4_2_the_best_of_each_metric_is_marked(btsql: Run, recorded: list[RunRecord]) -> None:
    shown = btsql("compare", *(short(record) for record in recorded)).stdout
    assert row(shown, "total return") == ["+21.00%", "+34.00%*", "-5.00%", "+10.00%", "+15.00%", "▆█▁▄▅"]
    assert row(shown, "Sharpe ratio") == ["0.90", "1.30*", "-0.20", "0.50", "0.70", "▆█▁▄▅"]
    drawdowns = ["-18.00%", "-22.00%", "-10.00%*", "-30.00%", "-25.00%"]
    assert row(shown, "max drawdown") == [*drawdowns, "▅▄█▁▃"]
    assert "*" not in "".join(row(shown, "win rate")), "where all are the same, none is the best"
    fields = json.loads(btsql("compare", "@~4", "@~3", "@~2", "--format", "json").stdout)["fields"]
    best = {field["field"]: field["best"] for field in fields}
    assert best["sharpe_ratio"] == [short(recorded[1])]
    assert best["max_drawdown"] == [short(recorded[2])]


def test_us4_3_runs_of_different_strategies_can_be_compared(btsql: Run, database: Target) -> None:
    save(
        database,
        success(after=1),
        success(after=2, strategy_type="mean_reversion", parameters={"period": 20, "fast_period": 5}),
    )
    done = btsql("compare", "@~1", "@")
    assert done.returncode == 0
    assert row(done.stdout, "type") == ["sma_crossover", "mean_reversion"]
    assert row(done.stdout, "fast_period") == ["10", "5"]
    assert row(done.stdout, "period") == ["-", "20"]
    assert "Warning" not in done.stdout


def test_other_instruments_and_periods_are_warned_of_first(btsql: Run, database: Target) -> None:
    save(
        database,
        success(after=1),
        success(
            after=2, instruments=("MSFT.XNAS",), data_start=datetime(2021, 1, 1, tzinfo=UTC), currency="EUR"
        ),
    )
    done = btsql("compare", "@~1", "@")
    assert done.returncode == 0
    warning, table = done.stdout.split("\n\n", 1)
    assert warning == "Warning: hard to compare, the runs differ in instrument, data from, currency."
    assert row(table, "instrument") == ["AAPL.XNAS", "MSFT.XNAS"]
    assert row(table, "data from") == ["2020-01-01", "2021-01-01"]
    cautions = json.loads(btsql("compare", "@~1", "@", "--format", "json").stdout)["cautions"]
    assert cautions == ["instruments", "data_start", "currency"]


def test_settings_that_differ_have_a_row_each(
    btsql: Run, environment: dict[str, str], database: Target
) -> None:
    def venue(**settings: Any) -> dict[str, Any]:
        own = {"venue": "XNAS", "account_type": "CASH", "fee_model": {"class": "FixedFeeModel"} | settings}
        return {"format": 1, "venues": [own]}

    save(
        database,
        success(after=1, snapshot=venue(commission="1.50 USD")),
        success(after=2, snapshot=venue(commission="5.00 USD", charge_once=True, most=7)),
    )
    shown = btsql("compare", "@~1", "@").stdout
    assert "Warning: hard to compare, the runs differ in venues.\n" in shown
    assert "\nVenues\n" in shown
    assert row(shown, "XNAS / fee_model / commission") == ["1.50 USD", "5.00 USD"]
    assert row(shown, "XNAS / fee_model / charge_once") == ["-", "true"]
    assert "account_type" not in shown
    narrow = on_terminal([sys.executable, "-m", "btsql", "compare", "@~1", "@"], environment)
    assert max(map(len, narrow.lines)) <= 80
    assert row(narrow.text, "XNAS / … / commission") == ["1.50 USD", "5.00 USD"]
    markdown = btsql("compare", "@~1", "@", "--format", "markdown").stdout
    assert "## Venues\n" in markdown
    assert "| XNAS / fee\\_model / commission | 1.50 USD | 5.00 USD |\n" in markdown
    document = json.loads(btsql("compare", "@~1", "@", "--format", "json").stdout)
    settings = {
        field["field"]: field["values"] for field in document["fields"] if field["section"] == "venues"
    }
    assert settings == {
        "XNAS / fee_model / charge_once": [None, "true"],
        "XNAS / fee_model / commission": ["1.50 USD", "5.00 USD"],
        "XNAS / fee_model / most": [None, 7],
    }
    assert document["cautions"] == ["venues"]
    csv = btsql("compare", "@~1", "@", "--format", "csv").stdout
    assert "venues,XNAS / fee_model / commission,1.50 USD,5.00 USD,True,\n" in csv


@pytest.mark.parametrize("kind", ["table", "markdown"])
def test_of_many_settings_some_are_shown(btsql: Run, database: Target, kind: str) -> None:
    for place in range(2):
        settings = {f"setting_{number:02}": number + place for number in range(25)}
        snapshot = {"format": 1, "engine": {"exec_engine": settings, "risk_engine": {"bypass": bool(place)}}}
        save(database, success(after=place, snapshot=snapshot))
    shown = btsql("compare", "@~1", "@", "--format", kind).stdout
    assert shown.count("exec") == 10
    assert "\nand 16 more of engine settings; --format json has all of them\n" in shown
    assert btsql("compare", "@~1", "@", "--format", "csv").stdout.count("engine settings,") == 26


def test_other_data_from_the_same_place_is_seen(btsql: Run, database: Target) -> None:
    for place, fingerprint in enumerate(("a" * 64, "b" * 64)):
        save(database, success(after=place, environment={"data_fingerprint": fingerprint}))
    shown = btsql("compare", "@~1", "@").stdout
    assert "the runs differ in market data" in shown
    assert row(shown, "market data") == ["a" * 12, "b" * 12]


def test_all_shows_what_is_the_same_too(btsql: Run, recorded: list[RunRecord]) -> None:
    shown = btsql("compare", "@~1", "@", "--all").stdout
    assert re.search(r"^  slow_period +100 +100$", shown, re.M)
    assert re.search(r"^  fast_period +!= +40 +50$", shown, re.M)
    assert row(shown, "instrument") == ["AAPL.XNAS", "AAPL.XNAS"]
    assert re.search(r"^  started UTC +!= +2026-03-02 09:30:18 +2026-03-02 09:30:19$", shown, re.M)
    assert "!= differs" in shown


def test_a_baseline_comes_first_with_the_changes_against_it(btsql: Run, recorded: list[RunRecord]) -> None:
    shown = btsql("compare", "@~4", "@~3", "--baseline", "@~2").stdout
    assert shown.splitlines()[0].split() == [short(recorded[place]) for place in (2, 0, 1)]
    assert row(shown, "total return") == ["-5.00%", "+21.00% (+26.00)", "+34.00% (+39.00)*", "▁▆█"]
    assert row(shown, "Sharpe ratio") == ["-0.20", "0.90 (+1.10)", "1.30 (+1.50)*", "▁▆█"]
    assert f"the change against {short(recorded[2])}" in shown
    document = json.loads(btsql("compare", "@~4", "--baseline", "@~2", "--format", "json").stdout)
    assert document["baseline"] == short(recorded[2])
    sharpe = next(field for field in document["fields"] if field["field"] == "sharpe_ratio")
    assert sharpe["changes"] == [0, pytest.approx(1.1)]
    among = btsql("compare", "@~4", "@~3", "--baseline", "@~3").stdout
    assert among.splitlines()[0].split() == [short(recorded[1]), short(recorded[0])]


def test_numbers_are_those_of_every_other_command(btsql: Run, database: Target) -> None:
    metrics = {"average_loss": -630.194875, "total_return": 0.30584999999999996, "final_equity": 112817.354}
    save(
        database,
        success(after=1, metrics=METRICS | metrics, initial_capital=Decimal("123456.78")),
        success(after=2, metrics=METRICS | {"total_return": 0.20584}, initial_capital=Decimal("123456.79")),
    )
    compared = btsql("compare", "@~1", "@", "--baseline", "@").stdout
    shown = btsql("show", "@~1").stdout
    for label, text in (("average loss", "-630.19"), ("final equity", "112,817.35")):
        assert row(compared, label)[1].split()[0] == text
        assert f"{text} USD" in shown
    assert row(compared, "total return") == ["+20.58%", "+30.58% (+10.00)*"]
    assert row(compared, "capital") == ["123,456.79", "123,456.78"]
    for command in (["show", "@~1"], ["history"], ["best", "-m", "return"]):
        assert "+30.58%" in btsql(*command).stdout


def test_what_differs_does_not_look_equal(btsql: Run, database: Target) -> None:
    first = {"data_start": datetime(2013, 3, 1, tzinfo=UTC), "parameters": {"size": 0.12345678}}
    second = {
        "data_start": datetime(2013, 3, 1, 23, 59, 59, 999999, tzinfo=UTC),
        "parameters": {"size": 0.12345679},
    }
    save(
        database,
        success(after=0.1, **first, metrics=METRICS | {"volatility": 0.01133140655481677}),
        success(after=0.2, **second, metrics=METRICS | {"volatility": 0.011263332626245744}),
        success(after=60, **first, metrics=METRICS | {"volatility": 0.02}),
    )
    shown = btsql("compare", "@~2", "@~1", "--all").stdout
    assert row(shown, "data from") == ["!=", "2013-03-01 00:00", "2013-03-01 23:59:59.999999"]
    assert row(shown, "volatility") == ["!=", "1.133%", "1.126%*"]
    assert row(shown, "size") == ["!=", "0.12345678", "0.12345679"]
    assert row(shown, "started UTC") == ["!=", "2026-03-02 09:30:15.223456", "2026-03-02 09:30:15.323456"]
    apart = btsql("compare", "@~2", "@", "--all").stdout
    assert row(apart, "data from") == ["2013-03-01", "2013-03-01"]
    assert row(apart, "volatility") == ["!=", "1.13%*", "2.00%"]
    assert row(apart, "started UTC") == ["!=", "2026-03-02 09:30:15", "2026-03-02 09:31:15"]


@pytest.mark.parametrize("columns", [80, 120, 200])
def test_ten_runs_are_readable_on_any_terminal(
    environment: dict[str, str], database: Target, columns: int
) -> None:
    records = runs(10)
    save(database, *records)
    wanted = {name: value for name, value in environment.items() if name != "NO_COLOR"}
    references = [f"@~{age}" for age in range(9, -1, -1)]
    shown = on_terminal([sys.executable, "-m", "btsql", "compare", *references], wanted, columns=columns)
    assert shown.exit_code == 0
    assert max(map(len, shown.lines)) <= columns
    assert "…" not in shown.text, "nothing is cut"
    heads = [
        line.split()
        for line in shown.lines
        if short(records[0])[:8] in line or re.match(r"^ +[0-9a-f]{8} ", line)
    ]
    assert [name for head in heads for name in head] == [short(record) for record in records]
    returns = re.findall(r"^  total return +(.*)$", shown.text, re.M)
    assert len(returns) == len(heads)
    cells = " ".join(returns).split()
    bars = cells.count("▆█▁▄▅▆█▁▄▅")
    assert bars == (0 if columns == 80 else len(heads)), "they take no run's place"
    assert [cell for cell in cells if "%" in cell] == [
        f"{record.metrics['total_return']:+.2%}{'*' if record.metrics['total_return'] == 0.34 else ''}"
        for record in records
        if record.metrics
    ]
    assert shown.has_colours


def test_a_long_value_is_cut_on_a_terminal_and_that_is_said(
    environment: dict[str, str], btsql: Run, database: Target
) -> None:
    values = ["w" * 50_000, "x" * 50_000]
    save(
        database, *(success(after=place, parameters={"weights": value}) for place, value in enumerate(values))
    )
    shown = on_terminal([sys.executable, "-m", "btsql", "compare", "@~1", "@"], environment)
    assert max(map(len, shown.lines)) <= 80
    assert "cut: weights; --format json has all of it" in shown.text
    piped = btsql("compare", "@~1", "@").stdout
    assert max(map(len, piped.splitlines())) < 200
    assert "cut: weights; --format json has all of it" in piped
    (weights,) = [
        field["values"]
        for field in json.loads(btsql("compare", "@~1", "@", "--format", "json").stdout)["fields"]
        if field["field"] == "weights"
    ]
    assert weights == values, "programs get everything"


def test_three_runs_with_bar_types_are_beside_each_other_at_80_columns(
    environment: dict[str, str], database: Target
) -> None:
    bars = [f"AAPL.XNAS-{minutes}-MINUTE-LAST-EXTERNAL" for minutes in (1, 5, 15)]
    save(database, *(success(after=place, parameters={"bar_type": bar}) for place, bar in enumerate(bars)))
    shown = on_terminal([sys.executable, "-m", "btsql", "compare", "@~2", "@~1", "@"], environment)
    assert max(map(len, shown.lines)) <= 80
    assert shown.text.count("Sharpe ratio") == 1, "one block"
    cells = row(shown.text, "bar_type")
    assert all("…" in cell for cell in cells)
    assert ["-1-" in cells[0], "-5-" in cells[1], "-15-" in cells[2]] == [True] * 3, "the difference is seen"


def test_bars_show_what_numbers_do_from_run_to_run(
    btsql: Run, database: Target, environment: dict[str, str]
) -> None:
    sizes: list[Any] = [1, 10.0, None, 5.5]
    texts = ["1", "low", "2", "3"]
    save(
        database,
        *(
            success(
                after=place, parameters={"size": size, "mode": text, "same": 7} if size else {"mode": text}
            )
            for place, (size, text) in enumerate(zip(sizes, texts, strict=True))
        ),
    )
    shown = btsql("compare", "@~3", "@~2", "@~1", "@", "--all").stdout
    assert re.search(r"^  size +!= .* ▁█ ▅$", shown, re.M), "a gap where a run has none"
    assert "▁ the lowest, █ the highest, run by run" in shown
    assert shown.count("▁") == 2, "neither texts nor equal values have bars"
    encoded = environment | {"PYTHONIOENCODING": "ascii"}
    for done in (
        btsql("compare", "@~3", "@~2"),  # two need none
        btsql("compare", "@~3", "@~2", "@", "--format", "markdown"),
        btsql("compare", "@~3", "@~2", "@", env=encoded),  # which has no such characters
    ):
        assert "size" in done.stdout
        assert "█" not in done.stdout
        assert "\\u" not in done.stdout


@pytest.mark.parametrize("columns", [40, 50, 61, 65, 80, 100])
@pytest.mark.parametrize("baseline", [[], ["--baseline", "@~2"]], ids=["", "baseline"])
def test_bars_take_no_room_from_the_numbers(
    environment: dict[str, str], recorded: list[RunRecord], columns: int, baseline: list[str]
) -> None:
    command = [sys.executable, "-m", "btsql", "compare", "@~4", "@~3", "@~2", "@~1", "@", *baseline]
    shown = on_terminal(command, environment, columns=columns)
    assert max(map(len, shown.lines)) <= columns
    if columns == 100 and not baseline:
        assert "▆█▁▄▅" in shown.text


@pytest.mark.parametrize("columns", [66, 80, 120])
def test_texts_that_are_cut_leave_room_for_the_bars(
    environment: dict[str, str], database: Target, columns: int
) -> None:
    for place, minutes in enumerate((1, 5, 15)):
        bar = f"AAPL.XNAS-{minutes}-MINUTE-LAST-EXTERNAL"
        save(database, success(after=place, parameters={"bar_type": bar, "fast_period": 10 * minutes}))
    shown = on_terminal(
        [sys.executable, "-m", "btsql", "compare", "@~2", "@~1", "@"], environment, columns=columns
    )
    assert row(shown.text, "fast_period") == ["10", "50", "150", "▁▃█"]


def test_metrics_that_are_no_numbers_are_never_the_best(btsql: Run, database: Target) -> None:
    save(
        database,
        success(after=1, metrics=METRICS | {"sharpe_ratio": float("nan")}),
        success(after=2, metrics=METRICS | {"sharpe_ratio": -0.5}),
        failure(after=3),
    )
    shown = btsql("compare", "@~2", "@~1", "@").stdout
    assert row(shown, "Sharpe ratio") == ["-", "-0.50*", "-"]
    assert row(shown, "status") == ["success", "success", "failure"]


@pytest.mark.parametrize(
    ("references", "code", "message"),
    [
        (["@"], 2, "2 to 10 runs can be compared, not 1"),
        (["@"] * 11, 2, "2 to 10 runs can be compared, not 11"),
        (["@", "deadbeef"], 3, 'no run answers to "deadbeef"'),
        (["@", "what is this"], 2, "not a reference to a run"),
    ],
    ids=str,
)
def test_what_cannot_be_compared(
    btsql: Run, recorded: list[RunRecord], references: list[str], code: int, message: str
) -> None:
    done = btsql("compare", *references)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr


@pytest.mark.parametrize("kind", ["csv", "tsv", "markdown"])
def test_other_formats(btsql: Run, recorded: list[RunRecord], kind: str) -> None:
    lines = btsql("compare", "@~1", "@", "--format", kind).stdout.splitlines()
    ids = [short(recorded[3]), short(recorded[4])]
    if kind == "markdown":
        assert lines[:5] == [
            "## Parameters",
            "",
            f"|  | {' | '.join(ids)} |",
            "| --- | ---: | ---: |",
            "| fast\\_period | 40 | 50 |",
        ]
        assert "## Metrics" in lines
        assert "| total return | +10.00% | +15.00%\\* |" in lines
    else:
        mark = "," if kind == "csv" else "\t"
        assert lines[0].split(mark) == ["section", "field", *ids, "differs", "best"]
        assert mark.join(["metric", "total_return", "0.1", "0.15", "True", ids[1]]) in lines


def test_programs_get_exact_values_and_times(btsql: Run, database: Target) -> None:
    first, second = (
        success(
            after=place * 0.25,
            parameters={"size": value, "mode": "a", "on": True, "stop": None},
            metrics=METRICS | {"total_return": value},
            data_start=datetime(2020, 1, 1, 9, 30, 0, 1000, tzinfo=UTC),
            duration_seconds=value,
            initial_capital=Decimal("123456.78"),
        )
        for place, value in enumerate((0.1 + 0.2, 0.30000000000000016))
    )
    save(database, first, second)
    rows = csv.DictReader(io.StringIO(btsql("compare", "@~1", "@", "--format", "csv").stdout))
    found = {row["field"]: [row[short(first)], row[short(second)]] for row in rows}
    assert found["total_return"] == found["size"] == ["0.30000000000000004", "0.30000000000000016"]
    assert found["started_at"] == ["2026-03-02T09:30:15.123456Z", "2026-03-02T09:30:15.373456Z"]
    assert found["data_start"] == ["2020-01-01T09:30:00.001000Z"] * 2
    assert found["initial_capital"] == ["123456.78"] * 2
    assert found["stop"] == ["null"] * 2
    fields = json.loads(btsql("compare", "@~1", "@", "--format", "json").stdout)["fields"]
    values = {field["field"]: field["values"] for field in fields}
    assert values["total_return"] == values["size"] == [0.1 + 0.2, 0.30000000000000016]
    assert (values["mode"], values["on"], values["stop"]) == (["a"] * 2, ["true"] * 2, ["null"] * 2)


def test_a_baseline_is_not_compared_with_itself(btsql: Run, recorded: list[RunRecord]) -> None:
    whole = str(recorded[4].run_id)
    for baseline in (whole, short(recorded[4]), "@ok", "@"):
        shown = btsql("compare", "@~2", "@", "--baseline", baseline)
        assert shown.returncode == 0, shown.stderr
        assert shown.stdout.splitlines()[0].split() == [short(recorded[4]), short(recorded[2])]
    alone = btsql("compare", "@", "--baseline", whole)
    assert (alone.returncode, alone.stdout) == (2, "")
    assert "2 to 10 runs can be compared, not 1" in alone.stderr
    many = btsql("compare", *["@~1"] * 9, "@", "--baseline", whole, "--format", "json")
    assert len(json.loads(many.stdout)["runs"]) == 10


GOLDEN = [
    "                        aaaaaaaa     bbbbbbbb     cccccccc",
    "───────────────────────────────────────────────────────────────",
    "Parameters",
    "  fast_period                 10           20           30  ▁▅█",
    "Metrics",
    "  total return           +21.00%     +34.00%*       -5.00%  ▆█▁",
    "  CAGR                   +10.00%      +10.00%      +10.00%",
    "  annualized return      +11.00%      +11.00%      +11.00%",
    "  Sharpe ratio              0.90        1.30*        -0.20  ▆█▁",
    "  Sortino ratio             1.80         1.80         1.80",
    "  max drawdown           -18.00%      -22.00%     -10.00%*  ▃▁█",
    "  volatility              20.00%       20.00%       20.00%",
    "  trades                      10           10           10",
    "  winning trades               6            6            6",
    "  losing trades                3            3            3",
    "  win rate                60.00%       60.00%       60.00%",
]


def golden(environment: dict[str, str], *arguments: str) -> Any:
    settings = environment | {"TZ": os.environ.get("TZ", "UTC")}
    return on_terminal([sys.executable, "-m", "btsql", *arguments], settings)


def test_what_it_looks_like_at_80_columns(environment: dict[str, str], recorded: list[RunRecord]) -> None:
    text = golden(environment, "compare", "@~4", "@~3", "@~2").text
    for record, name in zip(recorded, "abc", strict=False):
        text = text.replace(short(record), name * 8)
    assert [line.rstrip() for line in text.splitlines()[:16]] == GOLDEN
