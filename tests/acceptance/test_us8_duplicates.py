"""User story 8: what was tested already is said before it is tested again."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from btsql.database import Target
from btsql.record import RunRecord
from btsql.strategies import sma_crossover
from conftest import Run
from records import save, success
from terminal import on_terminal

pytestmark = pytest.mark.engine

TESTED = [
    "sma_crossover",
    "--instrument",
    "T.SIM",
    "--data",
    "mock",
    "--end",
    "2020-06-30",
    "--set",
    "slow_period=20",
]
TESTS = Path(__file__).resolve().parents[1]


def count(btsql: Run) -> int:
    return len(json.loads(btsql("history", "--format", "json").stdout))


@pytest.fixture
def tested(btsql: Run) -> str:
    """The id of a run of what TESTED says."""
    done = btsql("run", *TESTED, "--format", "json")
    assert "already tested" not in done.stderr
    run_id: str = json.loads(done.stdout)["run_id"]
    return run_id


def test_us8_1_a_matching_run_is_told_with_its_date_and_result(btsql: Run, tested: str) -> None:
    run = json.loads(btsql("show", tested, "--format", "json").stdout)
    done = btsql("run", *TESTED)
    when = run["started_at"][:19].replace("T", " ")
    figures = f"return {run['total_return']:+.2%}, Sharpe {run['sharpe_ratio']:.2f}"
    told = f"btsql: already tested on {when} ({figures}): see btsql show {run['short_id'][:8]}\n"
    assert done.stderr.index(told) < done.stderr.index("saved run"), "before it is computed"
    assert done.returncode == 0
    assert count(btsql) == 2, "in a pipe it is said, and the run goes on"


@pytest.mark.parametrize(
    "option", [("--set", "fast_period=11"), ("--end", "2020-06-29"), ("--instrument", "U.SIM")]
)
def test_us8_1_anything_else_is_no_match(btsql: Run, tested: str, option: tuple[str, str]) -> None:
    assert "already tested" not in btsql("run", *TESTED, *option).stderr


def test_us8_2_the_existing_result_can_be_shown_instead(btsql: Run, tested: str) -> None:
    done = btsql("run", *TESTED, "--on-duplicate", "show", "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["run_id"] == tested
    assert count(btsql) == 1


def test_us8_2_on_a_terminal_it_is_asked(btsql: Run, tested: str, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "btsql", "run", *TESTED]
    session = on_terminal(command, environment, columns=120, ctrl_c_after="show it, run anyway, or stop")
    assert "already tested on" in session.text
    assert session.exit_code == 130
    assert count(btsql) == 1, "nothing is run while nobody answers"


@pytest.mark.parametrize(
    ("typed", "runs"), [("s\n", 1), ("sh\n", 1), ("\n", 1), ("st\n", 1), ("STOP\n", 1), ("r\n", 2)]
)
def test_us8_2_the_beginning_of_an_answer_will_do(
    btsql: Run, tested: str, environment: dict[str, str], typed: str, runs: int
) -> None:
    command = [sys.executable, "-m", "btsql", "run", *TESTED]
    answers = {"show it, run anyway, or stop": "what?\n", "will do": typed}
    session = on_terminal(command, environment, columns=120, typed=answers)
    assert "btsql: answer show, run or stop; s, r and st will do" in session.text
    assert session.exit_code == 0
    assert count(btsql) == runs
    assert ("total return" in session.text) == (not typed.lower().startswith("st"))


def test_us8_3_nothing_blocks_who_wants_to_test_again(btsql: Run, tested: str) -> None:
    done = btsql("run", *TESTED, "--on-duplicate", "run")
    assert done.returncode == 0
    assert "already tested" not in done.stderr
    assert count(btsql) == 2


def test_what_else_differs_is_named(btsql: Run, tested: str) -> None:
    done = btsql("run", *TESTED, "--capital", "5000")
    assert "differing in initial capital: see" in done.stderr


def dearer_bars() -> list[Any]:
    import backtests

    return backtests.bars(closes=[float(bar.close) * 1.01 for bar in backtests.bars()])


def dearer_share() -> list[Any]:
    import backtests

    share = type(backtests.AAPL)
    return [share.from_dict(share.to_dict(backtests.AAPL) | {"taker_fee": "0.02"})]


@pytest.mark.parametrize(
    ("part", "changed", "differences", "told", "compared"),
    [
        ("bar", dearer_bars, {"data_fingerprint"}, "tested on other data", "the runs differ in market data"),
        (
            "equity",
            dearer_share,
            {"instrument_definitions"},
            "differing in instrument definitions",
            "the runs differ in instrument definitions",
        ),
    ],
)
def test_what_was_changed_in_its_place_is_not_the_same_test(  # noqa: PLR0917 - parameters
    btsql: Run,
    tmp_path: Path,
    part: str,
    changed: Callable[[], list[Any]],
    differences: set[str],
    told: str,
    compared: str,
) -> None:
    from nautilus_trader.persistence.catalog import ParquetDataCatalog

    import backtests

    path = backtests.catalog(tmp_path / "catalog")
    command = ["sma_crossover", "--instrument", "AAPL.XNAS", "--data", f"catalog:{path}"]
    command += ["--set", "fast_period=2", "--set", "slow_period=5", "--format", "json"]
    first = json.loads(btsql("run", *command).stdout)
    (file,) = path.glob(f"data/{part}/*/*.parquet")
    file.unlink()
    ParquetDataCatalog(str(path)).write_data(changed())
    (found,) = json.loads(btsql("check-duplicate", *command).stdout)
    assert set(found["differences"]) == differences
    again = btsql("run", *command, "--on-duplicate", "show")
    assert told in again.stderr
    assert json.loads(again.stdout)["run_id"] != first["run_id"]
    assert compared in btsql("compare", "@~1", "@").stdout


OTHER_DATA = [*TESTED[:4], "mock:8", *TESTED[5:]]


def test_other_data_is_said_to_be_other(btsql: Run, tested: str) -> None:
    check = btsql("check-duplicate", *OTHER_DATA)
    assert (check.returncode, check.stderr) == (10, "btsql: tested on other data only\n")
    done = btsql("run", *OTHER_DATA, "--on-duplicate", "show")
    assert "tested on other data on" in done.stderr
    assert "already tested" not in done.stderr
    assert "that is not the same, so it is run" in done.stderr
    assert count(btsql) == 2
    (closest,) = json.loads(btsql("check-duplicate", *TESTED, "-n", "1", "--format", "json").stdout)
    assert closest["run_id"] == tested, "though the newest is on other data"
    exact = btsql("check-duplicate", *TESTED, "--format", "json")
    assert [bool(run["differences"]) for run in json.loads(exact.stdout)] == [False, True], "exact first"
    shown = btsql("run", *TESTED, "--on-duplicate", "show", "--format", "json")
    assert json.loads(shown.stdout)["run_id"] == tested, "though the other one is newer"
    (source,) = re.findall(r"source +(.*)", btsql("show", "@").stdout)
    assert source == "mock:8"
    compared = btsql("compare", "@~1", "@")
    assert "the runs differ in market data" in compared.stdout
    assert re.search(r"source +mock:0 +mock:8", compared.stdout)
    assert "strategy source" not in compared.stdout


def test_an_edited_strategy_is_not_the_same(
    btsql: Run, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = tmp_path / "mine.py"
    source.write_text(Path(sma_crossover.__file__).read_text())
    asked = ["mine:SMACrossover", *TESTED[1:]]
    assert btsql("run", *asked).returncode == 0
    source.write_text(source.read_text() + "# edited\n")
    assert "differing in strategy source: see" in btsql("run", *asked).stderr
    like = btsql("check-duplicate", "--like", "@")
    assert like.returncode == 10
    assert like.stdout.splitlines()[-1].endswith("strategy source")
    assert "strategy source" in btsql("compare", "@~1", "@").stdout


def test_the_same_file_elsewhere_is_no_other_data(btsql: Run, database: Target) -> None:
    def of_file(after: float, **described: object) -> RunRecord:
        file = {"path": "/a.csv", "sha256": "1", "rows": 2} | described
        return success(after=after, snapshot={"data": [file]})

    save(database, of_file(0, path="/b.csv"), of_file(1, sha256="2"), of_file(2, rows=3), of_file(3))
    found = json.loads(btsql("check-duplicate", "--like", "@", "--format", "json").stdout)
    other = {"data", "data_not_compared"}
    assert [set(run["differences"]) for run in found] == [set(), other, other]
    table = btsql("check-duplicate", "--like", "@").stdout
    assert len(re.findall(r"  data not compared$", table, re.MULTILINE)) == 2


def test_check_duplicate_ends_with_10_or_0(btsql: Run, tested: str) -> None:
    found = btsql("check-duplicate", *TESTED, "--format", "json")
    assert found.returncode == 10
    (run,) = json.loads(found.stdout)
    assert (run["run_id"], run["differences"]) == (tested, {})
    assert run["short_id"][:8] in btsql("check-duplicate", *TESTED).stdout
    none = btsql("check-duplicate", *TESTED, "--set", "fast_period=3")
    assert (none.returncode, none.stdout, none.stderr) == (0, "", "btsql: no run tested this yet\n")
    like = btsql("check-duplicate", "--like", tested)
    assert (like.returncode, like.stdout, like.stderr) == (0, "", "btsql: no other run tested this yet\n")
    near = btsql("check-duplicate", *TESTED, "--set", "fast_period=3", "--near", "--format", "json")
    assert near.returncode == 10
    assert json.loads(near.stdout)[0]["differences"] == {"fast_period": {"wanted": 3, "recorded": 10}}
    assert count(btsql) == 1, "checking runs nothing"


def test_check_duplicate_of_a_recorded_run(btsql: Run, database: Target) -> None:
    save(
        database,
        success(),
        success(after=1),
        success(after=2, parameters={"fast_period": 11, "slow_period": 50}),
    )
    assert btsql("check-duplicate", "--like", "@").returncode == 0
    found = btsql("check-duplicate", "--like", "@~1", "--format", "json")
    assert (found.returncode, len(json.loads(found.stdout))) == (10, 1), "not the run itself"
    assert btsql("check-duplicate", "--like", "@", "--near").returncode == 10
    assert btsql("check-duplicate", "--like", "@", "--near", "--format", "csv").stdout.count("\n") == 3
    assert btsql("check-duplicate", "--like", "@", *TESTED).returncode == 2
    assert btsql("check-duplicate", "--like", "0000").returncode == 3
    assert btsql("check-duplicate", "--like", "").returncode == 2, "no run, not the newest"
    assert btsql("check-duplicate").returncode == 2


SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
import btsql
btsql.autosave()
import backtests
for every in {every}:
    made = backtests.engine(backtests.cycle(every=every))
    made.run()
    made.dispose()
"""


def test_the_hook_says_it_before_the_run_and_goes_on(btsql: Run, environment: dict[str, str]) -> None:
    text = SCRIPT.format(tests=os.fspath(TESTS), every=[8, 9, 8])
    done = subprocess.run(
        [sys.executable, "-c", text],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told = re.findall(r"already tested|saved run", done.stderr)
    assert told == ["saved run", "saved run", "already tested", "saved run"]
    assert count(btsql) == 3


OTHER_PRICES = SCRIPT.replace(
    "made = backtests.engine(backtests.cycle(every=every))",
    "data = backtests.bars(closes=[float(every + day) for day in range(60)])\n"
    "    made = backtests.engine(backtests.cycle(every=8), data=data)",
)


def test_the_hook_tells_other_prices_of_the_same_days(btsql: Run, environment: dict[str, str]) -> None:
    text = OTHER_PRICES.format(tests=os.fspath(TESTS), every=[100, 200, 100])
    done = subprocess.run(
        [sys.executable, "-c", text],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told = re.findall(r"already tested|tested on other data|saved run", done.stderr)
    assert told == ["saved run", "tested on other data", "saved run", "already tested", "saved run"]


def test_the_hook_says_nothing_of_a_database_that_is_away(environment: dict[str, str]) -> None:
    text = SCRIPT.format(tests=os.fspath(TESTS), every=[8])
    away = environment | {"BTSQL_DSN": "postgresql://nobody@127.0.0.1:1/none"}
    done = subprocess.run(
        [sys.executable, "-c", text], env=away, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0
    assert "already tested" not in done.stderr
