"""User story 5: a recorded run is executed again from the database alone, and btsql says whether it is the same."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from btsql.database import Target, connect
from btsql.errors import OperationFailed
from btsql.record import new_run_id
from btsql.runs import get_run
from conftest import Run
from records import START, failure, save, success
from reruns import (
    PARAMETERS,
    SOURCES,
    TESTS,
    find_modules,
    reasons,
    recorded,
    run_script,
    script_done,
    source,
    verdict,
    write_csv,
)


@pytest.mark.engine
@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("strategy", PARAMETERS)
def test_us5_1_identical_settings_give_the_identical_result(
    btsql: Run, environment: dict[str, str], tmp_path: Path, strategy: str, kind: str
) -> None:
    find_modules(environment, TESTS)
    options = ["--instrument", "AAPL.XNAS", "--data", source(kind, tmp_path), *PARAMETERS[strategy]]
    run = recorded(btsql, strategy, *options)
    assert run["total_trades"] > 0
    found = verdict(btsql, run["run_id"], "--strict")
    assert found["verdict"] == "identical"
    again = json.loads(btsql("show", found["reproduction"], "--format", "json").stdout)
    assert again["config_hash"] == run["config_hash"]
    for part in ("parameters", "instruments", "data_start", "data_end", "initial_capital", "engine_figures"):
        assert again[part] == run[part]
    assert again["snapshot"]["venues"] == run["snapshot"]["venues"]


@pytest.mark.engine
def test_us5_2_a_new_record_names_its_origin_and_the_old_one_stays(
    btsql: Run, connection: psycopg.Connection[Any]
) -> None:
    run = recorded(btsql, "sma_crossover", "--instrument", "T.SIM", "--data", "mock", "--name", "mine")
    before = get_run(connection, run["run_id"])
    done = btsql("rerun", run["short_id"][:8])
    assert done.returncode == 0
    assert done.stdout.startswith("IDENTICAL  run ")
    again = get_run(connection, "@")
    assert again.run_id != before.run_id
    assert (again.origin_run_id, again.changes, again.strategy_name) == (before.run_id, None, "mine")
    assert get_run(connection, run["run_id"]) == before
    assert f"reproduced from {run['short_id'][:8]} (success, IDENTICAL)" in btsql("show", "@").stdout
    assert f"reproduced by {again.short_id[:8]} (success" in btsql("show", run["run_id"]).stdout
    third = verdict(btsql, "@")
    shown = btsql("show", third["reproduction"]).stdout
    assert shown.index(f"from {again.short_id[:8]}") < shown.index(f"from {run['short_id'][:8]}"), "the chain"
    document = json.loads(btsql("show", third["reproduction"], "--format", "json").stdout)
    assert [each["generation"] for each in document["origins"]] == [1, 2]


@pytest.mark.engine
@pytest.mark.parametrize("kind", ["ohlcv", "catalog"])
def test_us5_3_data_that_is_gone_is_a_clear_error(btsql: Run, tmp_path: Path, kind: str) -> None:
    data = source(kind, tmp_path)
    recorded(
        btsql, "sma_crossover", "--instrument", "AAPL.XNAS", "--data", data, *PARAMETERS["sma_crossover"]
    )
    path = Path(data.partition(":")[2])
    path.rename(path.with_name("elsewhere"))
    done = btsql("rerun", "@")
    assert (done.returncode, done.stdout) == (6, "")
    assert f"there is no file {path}" in done.stderr or f"the catalog {path} does not exist" in done.stderr
    assert "bars of AAPL.XNAS-1-DAY-LAST-EXTERNAL 20" in done.stderr, "what was expected is named"
    moved = f"{kind.replace('ohlcv', 'csv')}:{path.with_name('elsewhere')}"
    assert verdict(btsql, "@", "--data", moved)["verdict"] == "identical", (
        "the same data elsewhere is the same"
    )


@pytest.mark.engine
@pytest.mark.parametrize("text", ["", "Date,Open,High,Low,Close,Volume\n", "a,b\n1,2\n"])
def test_us5_3_data_that_is_empty_or_something_else_is_a_clear_error(
    btsql: Run, tmp_path: Path, text: str
) -> None:
    path = write_csv(tmp_path / "bars.csv")
    recorded(btsql, "sma_crossover", "--instrument", "AAPL.XNAS", "--data", f"csv:{path}")
    path.write_text(text)
    done = btsql("rerun", "@")
    assert done.returncode == 6
    assert str(path) in done.stderr
    assert "It was 400 bars of AAPL.XNAS-1-DAY-LAST-EXTERNAL 2021-01-04 to 2022-02-07" in done.stderr


@pytest.mark.engine
@pytest.mark.parametrize(
    ("strategy", "kind"),
    [
        ("sma_crossover", "nautilus"),
        ("sma_crossover", "ohlcv"),
        ("momentum", "adjusted"),
        ("backtests:Cycle", "ohlcv.gz"),
    ],
)
def test_one_byte_of_the_data_is_named_as_the_reason(
    btsql: Run, environment: dict[str, str], tmp_path: Path, strategy: str, kind: str
) -> None:
    find_modules(environment, TESTS)
    data = source(kind, tmp_path)
    recorded(btsql, strategy, "--instrument", "AAPL.XNAS", "--data", data, *PARAMETERS[strategy])
    change_one_byte(Path(data.partition(":")[2]))
    found = verdict(btsql, "@", "--strict", code=11)
    assert found["verdict"] == "differs"
    assert reasons(found) == ["data"]
    assert any(each["differs"] for each in found["findings"] if each["section"] == "metric")


def change_one_byte(path: Path) -> None:
    """Change the last digit of the price that a bar shortly before the end closes at."""
    packed = path.suffix == ".gz"
    text = (gzip.decompress(path.read_bytes()) if packed else path.read_bytes()).decode()
    place = len(text) - len("".join(text.splitlines(keepends=True)[397:])) - len(",100000\n") - 1
    changed = (text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]).encode()
    path.write_bytes(gzip.compress(changed) if packed else changed)


@pytest.mark.engine
def test_a_byte_that_no_sample_of_much_data_has_is_told_of(btsql: Run, tmp_path: Path) -> None:
    path = tmp_path / "bars.csv"
    start = datetime(2024, 1, 1)  # noqa: DTZ001 - as a file writes it
    bars = [
        f"{start + timedelta(minutes=minute)},100,101,99,100,{1000 + minute % 7}" for minute in range(20_020)
    ]
    path.write_text("\n".join(["timestamp,open,high,low,close,volume", *bars]))
    options = ["--instrument", "AAPL.XNAS", "--data", f"csv:{path}", "--set", "fast_period=300"]
    recorded(btsql, "sma_crossover", *options, "--set", "slow_period=900")
    bars[20_011] = bars[20_011][:-1] + "8"
    path.write_text("\n".join(["timestamp,open,high,low,close,volume", *bars]))
    told = [each["field"] for each in verdict(btsql, "@")["findings"] if each["section"] == "caution"]
    assert told == ["data file", "data not compared"]


def test_the_reasons_are_named_in_order(
    btsql: Run, database: Target, connection: psycopg.Connection[Any]
) -> None:
    from btsql.reproduction import reproduction_verdict

    known = {"data_fingerprint": "1", "nautilus_trader": "1.221.0", "source_digest": "1"}
    origin = success(environment=known)
    changed = {"data_fingerprint": "2", "nautilus_trader": "1.231.0", "source_digest": "2"}
    metrics = dict(origin.metrics or {}) | {"total_return": 0.26}
    again = success(
        after=60,
        origin_run_id=origin.run_id,
        environment=changed,
        metrics=metrics,
        parameters={"fast_period": 11, "slow_period": 50},
    )
    save(database, origin, again)
    rows = reproduction_verdict(connection, "@")
    assert rows[0].field == "DIFFERS"
    assert [row.field for row in rows if row.section == "reason"] == [
        "data",
        "engine version",
        "strategy source",
        "parameter fast_period",
    ]


@pytest.mark.engine
def test_another_version_of_the_engine_is_named_as_the_reason(btsql: Run, database: Target) -> None:
    run = recorded(btsql, "sma_crossover", "--instrument", "T.SIM", "--data", "mock")
    keys = ("strategy_type", "strategy_path", "parameters", "snapshot", "currency", "data_source")
    metrics = {name: run[name] for name in success().metrics or {}} | {"sharpe_ratio": 3.0}
    forged = success(
        **{name: run[name] for name in keys},
        instruments=tuple(run["instruments"]),
        data_start=run["data_start"],
        data_end=run["data_end"],
        initial_capital=run["initial_capital"],
        environment=run["environment"] | {"nautilus_trader": "1.200.0"},
        metrics=metrics,
    )
    save(database, forged)
    found = verdict(btsql, str(forged.run_id), "--strict", code=11)
    assert reasons(found) == ["engine version"]
    (reason,) = [each for each in found["findings"] if each["section"] == "reason"]
    assert reason["original_value"] == "1.200.0"
    assert "every metric may differ" in reason["note"]
    assert not [each for each in found["findings"] if each["section"] == "figure"]


@pytest.mark.engine
def test_a_hundred_thousand_come_back_as_a_hundred_thousand_on_their_own_venue_with_their_own_fees(
    btsql: Run, tmp_path: Path
) -> None:
    """The scenario in which another store made a run of $100k one of $1M, with default fees and bars."""
    path = write_csv(tmp_path / "bars.csv")
    request = {
        "strategy": "sma_crossover",
        "instrument": "AAPL.ARCA",
        "data": f"csv:{path}",
        "capital": 100_000,
        "bar": "1-DAY-MID",
        "venue": {
            "account_type": "MARGIN",
            "default_leverage": 3,
            "fill_model": {"class": "FillModel", "prob_slippage": 0.5, "random_seed": 42},
            "fee_model": {"class": "FixedFeeModel", "commission": "7.50 USD"},
            "latency_model": {"class": "LatencyModel", "base_latency_nanos": 1_000_000},
        },
        "parameters": {"fast_period": 3, "slow_period": 8},
    }
    file = tmp_path / "run.json"
    file.write_text(json.dumps(request))
    run = recorded(btsql, "-f", str(file))
    found = verdict(btsql, "@", "--strict")
    assert found["verdict"] == "identical"
    again = json.loads(btsql("show", "@", "--format", "json").stdout)
    assert (again["initial_capital"], again["currency"]) == (100_000, "USD")
    assert again["instruments"] == ["AAPL.ARCA"]
    assert again["parameters"]["bar_type"] == "AAPL.ARCA-1-DAY-MID-EXTERNAL"
    (venue,) = again["snapshot"]["venues"]
    assert venue == run["snapshot"]["venues"][0]
    assert (venue["venue"], venue["account_type"], venue["default_leverage"]) == ("ARCA", "MARGIN", 3)
    assert venue["starting_balances"] == ["100000.00 USD"]
    assert venue["fee_model"]["commission"] == "7.50 USD"
    assert venue["fill_model"]["random_seed"] == 42
    free = json.loads(
        btsql("run", "-f", "-", "--format", "json", input=json.dumps(request | {"venue": {}})).stdout
    )
    assert free["final_equity"] > again["final_equity"], "the fees were charged"


@pytest.mark.engine
def test_what_is_varied_is_recorded_as_derived(btsql: Run) -> None:
    run = recorded(btsql, "sma_crossover", "--instrument", "T.SIM", "--data", "mock")
    options = ["--start", "2021-02-01", "--end", "2022-03-31", "--set", "fast_period=5", "--capital", "5e4"]
    found = verdict(btsql, "@", *options, "--data", "mock:3", "--strict")
    assert found["verdict"] == "variation"
    again = json.loads(btsql("show", "@", "--format", "json").stdout)
    assert again["origin_run_id"] == run["run_id"]
    assert again["changes"] == found["changes"]
    assert again["changes"]["fast_period"] == {"from": 10, "to": 5}
    assert again["changes"]["capital"] == {"from": 100_000, "to": 50_000}
    assert again["changes"]["data"] == {"from": "mock:0", "to": "mock:3"}
    assert again["initial_capital"] == 50_000
    assert again["data_start"] == "2021-02-01T00:00:00Z"
    assert again["parameters"] == run["parameters"] | {"fast_period": 5}
    assert "varied (" in btsql("show", "@").stdout
    assert verdict(btsql, "@")["verdict"] == "identical", "a variation can be reproduced too"


@pytest.mark.engine
@pytest.mark.parametrize(
    ("option", "message"),
    [
        (("--set", "fast_perod=3"), "has no parameter 'fast_perod'; did you mean fast_period or"),
        (("--set", "fast_period=x"), "fast_period must be a whole number, not 'x'"),
        (("--capital", "-1"), "the capital must be above 0, not -1"),
        (("--start", "2022-01-01", "--end", "2021-01-01"), "is after the end"),
        (("--start", "2030-01-01"), "the start, 2030-01-01T00:00:00+00:00, is after the end, 2023-12-"),
        (("--end", "2019-01-01"), "is after the end, 2019-01-01T23:59:59"),
        (
            ("--capital", "1e30"),
            "more than an account can hold The engine's limit is 17,014,118,346,046 USD.",
        ),
        (("--data", "tape"), "'tape' is no data source"),
        (("--format", "csv"), "'csv' is not one of 'table', 'json'"),
    ],
)
def test_a_variation_that_cannot_be_is_refused(btsql: Run, option: tuple[str, ...], message: str) -> None:
    recorded(btsql, "sma_crossover", "--instrument", "T.SIM", "--data", "mock")
    done = btsql("rerun", "@", *option)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in " ".join(done.stderr.split())


NAMESAKES = """
from backtests import Cycle, CycleConfig

class NamesakeConfig(CycleConfig, frozen=True):
    capital: float | None = 1.5
    start: str = "now"

class Namesake(Cycle):
    def __init__(self, config: NamesakeConfig) -> None:
        super().__init__(config)
"""


@pytest.mark.engine
def test_a_parameter_with_the_name_of_an_option_is_told_from_it(
    btsql: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "namesakes.py").write_text(NAMESAKES)
    for directory in (TESTS, tmp_path):
        find_modules(environment, directory)
    run = recorded(btsql, "namesakes:Namesake", "--instrument", "T.SIM", "--data", "mock:7")
    changed = ["--set", "capital=null", "--set", "start=later", "--set", "every=9", "--capital", "5000"]
    found = verdict(btsql, "@", *changed)
    assert found["verdict"] == "variation"
    again = json.loads(btsql("show", found["reproduction"], "--format", "json").stdout)
    assert again["changes"] == {
        "capital": {"from": run["initial_capital"], "to": 5000},
        "every": {"from": 6, "to": 9},
        "param.capital": {"from": 1.5, "to": None},
        "param.start": {"from": "now", "to": "later"},
    }
    assert (again["initial_capital"], again["parameters"]["capital"]) == (5000, None)
    only = verdict(btsql, run["run_id"], "--set", "capital=null")
    assert only["verdict"] == "variation", "null is a value"


TYPED = """
from decimal import Decimal
from backtests import Cycle, CycleConfig

class TypedConfig(CycleConfig, frozen=True):
    dec: Decimal = Decimal("1.1")
    s: str = "10"
    note: str | None = "x"

class Typed(Cycle):
    def __init__(self, config: TypedConfig) -> None:
        super().__init__(config)
"""


@pytest.mark.engine
def test_what_is_typed_otherwise_and_read_as_it_was_is_no_change(
    btsql: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "typed.py").write_text(TYPED)
    for directory in (TESTS, tmp_path):
        find_modules(environment, directory)
    run = recorded(btsql, "typed:Typed", "--instrument", "T.SIM", "--data", "mock:7")
    same = ["--set", 'dec="1.1"', "--set", "s=10", "--set", "manage_gtd_expiry=false", "--set", "every=6"]
    found = verdict(btsql, run["run_id"], *same, "--strict")
    assert (found["verdict"], found["changes"]) == ("identical", None)
    found = verdict(btsql, run["run_id"], "--set", "s=11", "--set", 'dec="1.20"', "--set", "note=null")
    assert found["verdict"] == "variation"
    assert found["changes"] == {
        "dec": {"from": 1.1, "to": 1.2},
        "note": {"from": "x", "to": None},
        "s": {"from": "10", "to": "11"},
    }
    for command in (
        ("rerun", run["run_id"]),
        ("run", "typed:Typed", "--instrument", "T.SIM", "--data", "mock:7"),
    ):
        refused = btsql(*command, "--set", "s=null")
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "s must be a text, not null\n" in refused.stderr
        assert """'s="null"'""" in refused.stderr, "how a text is written is told"
    assert verdict(btsql, run["run_id"], "--set", 's="null"')["changes"] == {
        "s": {"from": "10", "to": "null"}
    }


@pytest.mark.engine
def test_a_dry_run_records_nothing(btsql: Run, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "bars.csv")
    run = recorded(btsql, "momentum", "--instrument", "AAPL.XNAS", "--data", f"csv:{path}")
    changed = ("--capital", "7", "--end", "2021-12-31", "--set", "lookback_period=9")
    done = btsql("rerun", "@", "--dry-run", *changed)
    assert done.returncode == 0
    would, _, lines = done.stdout.partition("Changed\n")
    assert str(path) in would
    assert re.search(r"^  start +2021-01-04\n  end +2021-12-31\n  capital +7 USD$", would, re.MULTILINE)
    assert '"lookback_period": 9' in would
    assert lines.splitlines() == [
        "  end: 2022-02-07 -> 2021-12-31",
        "  capital: 100000 -> 7",
        f"  lookback_period: {run['parameters']['lookback_period']} -> 9",
    ]
    planned = json.loads(btsql("rerun", "@", "--dry-run", *changed, "--format", "json").stdout)
    assert (planned["capital"], planned["end"]) == ("7 USD", "2021-12-31T23:59:59.999999Z")
    assert planned["parameters"] == run["parameters"] | {"lookback_period": 9}
    assert planned["changes"]["capital"] == {"from": 100_000, "to": 7}
    assert "Changed" not in btsql("rerun", "@", "--dry-run").stdout
    assert json.loads(btsql("rerun", "@", "--dry-run", "--format", "json").stdout)["run"] == run["run_id"]
    assert len(json.loads(btsql("history", "--format", "json").stdout)) == 1
    path.unlink()
    assert btsql("rerun", "@", "--dry-run").returncode == 6


@pytest.mark.engine
def test_a_failure_that_fails_the_same_way_is_identical(btsql: Run) -> None:
    strategy = "btsql.strategies.fails_on_purpose:FailsOnPurpose"
    failed = btsql("run", strategy, "--instrument", "T.SIM", "--data", "mock")
    assert failed.returncode == 1
    found = verdict(btsql, "@", "--strict")
    assert (found["verdict"], found["note"]) == ("identical", "failed with the same error")
    again = json.loads(btsql("show", "@", "--format", "json").stdout)
    assert again["status"] == "failure"


@pytest.mark.engine
def test_an_interrupted_run_can_be_run_again(btsql: Run, database: Target) -> None:
    run = recorded(btsql, "sma_crossover", "--instrument", "T.SIM", "--data", "mock")
    keys = (
        "strategy_type",
        "strategy_path",
        "parameters",
        "snapshot",
        "currency",
        "data_source",
        "environment",
    )
    interrupted = success(
        **{name: run[name] for name in keys},
        status="interrupted",
        instruments=tuple(run["instruments"]),
        data_start=run["data_start"],
        data_end=run["data_end"],
        initial_capital=run["initial_capital"],
        metrics=None,
    )
    save(database, interrupted)
    found = verdict(btsql, str(interrupted.run_id))
    assert (found["verdict"], found["note"]) == ("differs", "interrupted, then success")
    assert reasons(found) == ["early end"]


# ---- strategies that are gone or have changed


@pytest.mark.engine
def test_a_run_that_the_engine_stops_early_ends_with_1(btsql: Run, environment: dict[str, str]) -> None:
    find_modules(environment, TESTS)
    options = ("backtests:Cycle", "--instrument", "T.SIM", "--data", "mock", "--set", "fail_in=shutdown")
    for form in ("table", "json"):
        done = btsql("run", *options, "--format", form)
        assert done.returncode == 1, done.stderr
        assert "(failure: stopped_early: " in done.stderr
        print(repr(done.stdout[:400]))
        assert ("stopped_early" if form == "json" else "failure") in done.stdout, "it is shown all the same"
    found = verdict(btsql, "@", "--strict")
    assert (found["verdict"], found["note"]) == ("identical", "failed with the same error")
    succeeded = verdict(btsql, "@", "--set", "fail_in=null")
    assert succeeded["verdict"] == "variation"
    assert verdict(btsql, "@", "--set", "fail_in=shutdown", code=1)["verdict"] == "variation"
    waits = btsql("run", *options, "--dsn", "host=127.0.0.1 port=3 user=u dbname=d")
    assert "NOT IN THE DATABASE YET" in waits.stderr
    assert waits.returncode == 1, "that it failed says more than that its record waits"


MINE = """
from nautilus_trader.config import NautilusConfig, StrategyConfig
from nautilus_trader.trading.strategy import Strategy
from nautilus_trader.model.data import BarType
from nautilus_trader.model.identifiers import InstrumentId


class Limits(NautilusConfig, frozen=True):
    most: int = 9


class MineConfig(StrategyConfig, frozen=True):
    instrument_id: InstrumentId
    bar_type: BarType
    size: int = 3
    text: str = ""
    limits: Limits = Limits()


class Mine(Strategy):
    def on_start(self) -> None:
        self.subscribe_bars(self.config.bar_type)

    def on_bar(self, bar) -> None:
        pass
"""


@pytest.fixture
def mine(btsql: Run, tmp_path: Path, environment: dict[str, str]) -> Path:
    """A recorded run of a strategy of the user's own, in this file."""
    place = tmp_path / "mine.py"
    place.write_text(MINE)
    find_modules(environment, tmp_path)
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    options = ["--instrument", "T.SIM", "--data", "mock", "--start", "2021-01-01", "--end", "2021-03-01"]
    recorded(btsql, "mine:Mine", *options, "--set", "size=4")
    return place


@pytest.mark.engine
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("from nautilus_trader.config", "from nautilus_trader.no_such", "mine:Mine cannot be imported"),
        ("class Mine(", "class Yours(", "mine has no Mine"),
        ("size: int = 3", "amount: int = 3", "mine:Mine takes no parameter 'size' any more"),
        ("most: int = 9", "largest: int = 9", "mine:Mine takes no parameter 'limits.most' any more"),
        ("size: int = 3", "size: list[int] = []", "does not take its recorded parameters any more"),
        ("class Mine(Strategy)", "class Mine(dict)", "mine:Mine is no Nautilus strategy"),
        (
            "def on_start(self)",
            "def __init__(self, config, more):\n        pass\n\n    def on_start(self)",
            "cannot be created",
        ),
    ],
)
def test_a_strategy_that_is_gone_or_has_changed_is_a_clear_error(
    btsql: Run, mine: Path, old: str, new: str, message: str
) -> None:
    mine.write_text(MINE.replace(old, new))
    done = btsql("rerun", "@")
    assert (done.returncode, done.stdout) == (6, ""), done.stderr
    assert message in " ".join(done.stderr.split())
    assert "size" in btsql("show", "@").stdout
    assert json.loads(btsql("config", "@").stdout)["parameters"]["size"] == 4
    assert json.loads(btsql("config", "@", "--snapshot").stdout)["strategies"][0]["config"]["size"] == 4


@pytest.mark.engine
def test_a_password_in_an_exception_is_not_printed(btsql: Run, mine: Path) -> None:
    told = "no answer: postgresql://me:hunter2@h/db password=s3cr3t"
    mine.write_text(MINE.replace("        pass", f"        raise ValueError({told!r})"))
    for command in (("run", "mine:Mine", "--instrument", "T.SIM", "--data", "mock"), ("rerun", "@")):
        done = btsql(*command)
        _, _, said = done.stderr.partition("btsql: the backtest failed: ")  # before it the engine's own log
        assert said.startswith("ValueError: no answer: postgresql://me:***@h/db password=***")
        assert "hunter2" not in said + done.stdout


@pytest.mark.engine
def test_a_module_that_ends_the_process_is_a_clear_error(btsql: Run, mine: Path) -> None:
    mine.write_text(f"{MINE}\nraise SystemExit(3)\n")
    data = ("--instrument", "T.SIM", "--data", "mock")
    for command in (("run", "mine:Mine", *data), ("check-duplicate", "mine:Mine", *data), ("rerun", "@")):
        done = btsql(*command)
        assert (done.returncode, done.stdout) == (6, "")
        assert "mine:Mine cannot be imported: SystemExit: 3" in done.stderr


@pytest.mark.engine
def test_a_directory_that_was_deleted_has_no_modules(
    btsql: Run, tmp_path: Path, environment: dict[str, str]
) -> None:
    data = ("sma_crossover", "--instrument", "T.SIM", "--data", "mock:1")
    gone = tmp_path / "gone"
    for command, code in (
        (("run", *data), 0),
        (("check-duplicate", *data), 10),
        (("rerun", "@", "--strict"), 0),
        (("rerun", "@", "--dry-run"), 0),
        (("run", "nosuch:Class", *data[1:]), 6),
    ):
        gone.mkdir()
        shell = 'cd "$1" && rmdir "$1" && shift && exec "$@"'
        done = subprocess.run(
            ["sh", "-c", shell, "sh", os.fspath(gone), sys.executable, "-m", "btsql", *command],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.engine
def test_edge_a_strategy_that_no_longer_exists(btsql: Run, mine: Path) -> None:
    mine.unlink()
    done = btsql("rerun", "@")
    assert done.returncode == 6
    assert "mine:Mine cannot be imported" in done.stderr
    assert btsql("config", "@").returncode == 0


@pytest.mark.engine
def test_edge_a_configuration_of_more_than_100_kb_runs_again(btsql: Run, mine: Path, tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    file.write_text(
        json.dumps(
            {
                "strategy": "mine:Mine",
                "instrument": "T.SIM",
                "data": "mock",
                "end": "2020-03-01",
                "parameters": {"text": "x" * 150_000},
            }
        )
    )
    run = recorded(btsql, "-f", str(file))
    assert len(run["parameters"]["text"]) == 150_000
    assert verdict(btsql, "@", "--strict")["verdict"] == "identical"


@pytest.mark.engine
def test_an_engine_that_cannot_be_made_again_is_a_failed_reproduction_in_the_same_database(
    btsql: Run, another_database: Target
) -> None:
    from btsql.adapters.rebuild import rebuild
    from btsql.recorder import Recorder
    from btsql.reproduction import Variation

    run = ("run", "sma_crossover", "--instrument", "T.SIM", "--data", "mock", "--dsn")
    made = btsql(*run, another_database.conninfo, "--format", "json")
    ours = Recorder(another_database.conninfo)
    with connect(another_database) as connection:
        origin = get_run(connection, json.loads(made.stdout)["run_id"])
        origin.snapshot["engine"]["risk_engine"] = {"max_order_submit_rate": "nonsense"}
        with pytest.raises(OperationFailed, match="the engine cannot be made again: ValueError: "):
            rebuild(origin, Variation(), ours)
        failed = get_run(connection, "@")
    ours.close()
    assert (failed.status, failed.origin_run_id) == ("failure", origin.run_id)


def test_a_run_that_is_not_there(btsql: Run) -> None:
    assert btsql("rerun", "0000").returncode == 3


def test_a_failure_that_left_nothing_to_build_from(btsql: Run, database: Target) -> None:
    save(database, failure(run_id=new_run_id(START)))
    done = btsql("rerun", "@")
    assert (done.returncode, done.stdout) == (6, "")
    assert "ended before its engine was made: there is nothing to build again" in " ".join(
        done.stderr.split()
    )


# ---- runs of scripts and nodes


@pytest.mark.engine
def test_a_node_runs_again_from_its_configuration(
    btsql: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "catalog"
    body = f"path = catalog(__import__('pathlib').Path({os.fspath(path)!r}))\n"
    body += "from nautilus_trader.backtest.node import BacktestNode\nBacktestNode(configs=[run_config(path, every=8)]).run()"
    run_script(environment, body)
    assert verdict(btsql, "@", "--strict")["verdict"] == "identical"
    varied = verdict(btsql, "@", "--set", "hold=2", "--capital", "20000", "--end", "2024-02-01")
    assert varied["verdict"] == "variation"
    again = json.loads(btsql("show", "@", "--format", "json").stdout)
    assert (again["initial_capital"], again["parameters"]["hold"], again["parameters"]["every"]) == (
        20_000,
        2,
        8,
    )
    done = btsql("config", "@")
    assert done.returncode == 0
    assert "the run of a node's configuration" in done.stderr
    assert json.loads(done.stdout)["run_config"]
    shutil.rmtree(path)
    gone = btsql("rerun", "@")
    assert gone.returncode == 6
    assert f"the catalog {path} does not exist" in gone.stderr


@pytest.mark.engine
@pytest.mark.parametrize("asked", ["", "bar_spec=None", "instrument_id=None, instrument_ids=[str(AAPL.id)]"])
def test_a_node_whose_bars_are_gone_is_a_clear_error(
    btsql: Run, environment: dict[str, str], tmp_path: Path, asked: str
) -> None:
    path = tmp_path / "catalog"
    run_script(
        environment,
        f"path = catalog(__import__('pathlib').Path({os.fspath(path)!r}))\n"
        "from msgspec.structs import replace\n"
        "from nautilus_trader.backtest.node import BacktestNode\n"
        "config = run_config(path, every=8)\n"
        f"config = replace(config, data=[replace(config.data[0], {asked})])\n"
        "BacktestNode(configs=[config]).run()",
    )
    assert verdict(btsql, "@", "--strict")["verdict"] == "identical"
    (path / "data" / "bar").rename(tmp_path / "elsewhere")
    assert list(path.glob("data/equity/**/*.parquet")), "the instrument is still there"
    for option in ((), ("--dry-run",)):
        gone = btsql("rerun", "@", *option)
        assert (gone.returncode, gone.stdout) == (6, ""), gone.stderr
        assert f"the catalog {path} has no Bar data of AAPL.XNAS" in gone.stderr
        assert "Elsewhere: --data catalog:PATH" in gone.stderr
    (path / "data" / "bar" / "AAPL.XNAS-5-MINUTE-LAST-EXTERNAL").mkdir(parents=True)
    assert btsql("rerun", "@", "--dry-run").returncode == 6, "an empty folder is no data"


@pytest.mark.engine
def test_a_run_of_several_strategies_says_by_what_it_can_be_varied(
    btsql: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    run_script(environment, "engine(cycle(order_id_tag='1'), cycle(order_id_tag='2')).run()")
    done = btsql("rerun", "@", "--set", "every=5")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--set varies a run of one strategy only, and this run has 2" in done.stderr
    assert "--start, --end, --data and --capital" in done.stderr


@pytest.mark.engine
def test_data_that_was_handed_over_in_memory_is_asked_for(
    btsql: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "catalog"
    body = f"catalog(__import__('pathlib').Path({os.fspath(path)!r}))\nengine(cycle()).run()"
    run_script(environment, body)
    done = btsql("rerun", "@")
    assert (done.returncode, done.stdout) == (6, "")
    assert "not in the record of run" in done.stderr
    assert "was handed over in memory" in done.stderr
    assert "--data csv:PATH" in done.stderr
    assert "60 bars of AAPL.XNAS-1-DAY-LAST-EXTERNAL" in done.stderr
    found = verdict(btsql, "@", "--data", f"catalog:{path}")
    assert found["verdict"] == "identical"
    assert not reasons(found)


KILLED = """
import os, signal
from backtests import Cycle

class Killed(Cycle):
    def on_bar(self, bar):
        super().on_bar(bar)
        if self.count == 20 and "KILL" in os.environ:
            os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.engine
def test_a_killed_run_of_data_in_memory_is_run_to_its_end(
    btsql: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "mortal.py").write_text(KILLED)
    for directory in (TESTS, tmp_path):
        find_modules(environment, directory)
    path = tmp_path / "catalog"
    body = (
        f"catalog(__import__('pathlib').Path({os.fspath(path)!r}))\nfrom mortal import Killed\n"
        "engine(Killed(CycleConfig(instrument_id=AAPL.id))).run()"
    )
    assert script_done(environment | {"KILL": "yes"}, body).returncode == -signal.SIGKILL
    killed = json.loads(btsql("show", "@", "--format", "json").stdout)
    assert (killed["status"], killed["instruments"]) == ("interrupted", ["AAPL.XNAS"])
    assert killed["data_start"] < killed["data_end"]
    assert killed["snapshot"]["data"][0]["bar_types"] == ["AAPL.XNAS-1-DAY-LAST-EXTERNAL"]
    done = btsql("rerun", "@")
    assert done.returncode == 6
    assert "60 bars of AAPL.XNAS-1-DAY-LAST-EXTERNAL" in done.stderr
    found = verdict(btsql, "@", "--data", f"catalog:{path}")
    assert (found["verdict"], found["note"]) == ("differs", "interrupted, then success")
    again = json.loads(btsql("show", "@", "--format", "json").stdout)
    for part in ("data_start", "data_end", "instruments"):
        assert again[part] == killed[part]
    assert again["environment"]["data_fingerprint"] == killed["environment"]["data_fingerprint"]
    asked = btsql("check-duplicate", "--like", killed["run_id"])
    assert asked.returncode == 10
    assert "other data" not in asked.stderr, "from elsewhere, and the same"


@pytest.mark.engine
def test_bars_of_memory_at_midnight_are_found_in_a_file_to_the_last_day(
    btsql: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "AAPL.csv"
    days = [f"2024-01-{day:02},{day + 100},{day + 100},{day + 100},{day + 100},1000" for day in range(1, 29)]
    path.write_text("\n".join(["date,open,high,low,close,volume", *days]) + "\n")
    body = (
        "import backtests\nbacktests.CLOSE = 0\n"
        "engine(cycle(), data=bars(closes=[float(day + 100) for day in range(1, 26)])).run()"
    )
    run_script(environment, body)
    done = btsql("rerun", "@", "--data", f"csv:{path}", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verdict"] == "identical"
    assert "not in the record" not in done.stderr
    again = json.loads(btsql("show", "@", "--format", "json").stdout)
    assert again["snapshot"]["data"][0]["rows"] == 25
    assert verdict(btsql, "@", "--strict")["verdict"] == "identical", (
        "the new run's range has all that it used"
    )
    assert verdict(btsql, "@", "--set", "every=6")["verdict"] == "identical", "nothing is varied"
    once_more = btsql("run", "-f", "-", "--format", "json", input=btsql("config", "@").stdout)
    assert json.loads(once_more.stdout)["snapshot"]["data"][0]["rows"] == 25


@pytest.mark.engine
@pytest.mark.parametrize(("hour", "source"), [(0, "mock:7"), (21, "csv"), (21, "catalog"), (0, "catalog")])
def test_a_rerun_from_elsewhere_is_itself_reproduced(
    btsql: Run, environment: dict[str, str], tmp_path: Path, hour: int, source: str
) -> None:
    stamped = f"import backtests\nbacktests.CLOSE = {hour} * 3_600_000_000_000\n"
    place, path = source, tmp_path / "data"
    if source == "catalog":  # whose bars are stamped at 21:00
        place = f"catalog:{path}"
        run_script(
            environment, f"catalog(__import__('pathlib').Path({os.fspath(path)!r}))\nengine(cycle()).run()"
        )
    elif source == "csv":
        place = f"csv:{path}"
        run_script(environment, CSV_OF_BARS.format(path=os.fspath(path)))
    run_script(environment, f"{stamped}engine(cycle()).run()")
    first = verdict(btsql, "@", "--data", place)
    if source != "mock:7":
        assert first["verdict"] == "identical"
    assert verdict(btsql, "@", "--strict")["verdict"] == "identical"


@pytest.mark.engine
@pytest.mark.parametrize(
    "asked", ["start='2024-01-08'", "end='2024-02-01'", "start='2024-01-08', end='2024-02-01'"]
)
def test_a_range_asked_of_the_engine_is_the_range_of_every_rerun(
    btsql: Run, environment: dict[str, str], tmp_path: Path, asked: str
) -> None:
    path = tmp_path / "bars.csv"
    run_script(environment, CSV_OF_BARS.format(path=os.fspath(path)))
    run_script(environment, f"engine(cycle()).run({asked})")
    for options in (("--data", f"csv:{path}"), (), ()):
        assert verdict(btsql, "@", *options, "--strict")["verdict"] == "identical"


CSV_OF_BARS = """
import datetime, pathlib
rows = [f"{{datetime.date.fromtimestamp(bar.ts_init // 10**9)}},{{bar.open}},{{bar.high}},{{bar.low}},{{bar.close}},1000000" for bar in bars()]
pathlib.Path({path!r}).write_text("\\n".join(["date,open,high,low,close,volume", *rows]) + "\\n")
engine(cycle()).run()
"""


@pytest.mark.engine
def test_bars_of_minutes_of_memory_are_reproduced_twice(
    btsql: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "minutes.csv"
    lines = [
        f"2024-01-02 09:{minute:02},{100 + minute % 7},110,90,{100 + minute % 7},1000"
        for minute in range(30, 60)
    ]
    path.write_text("\n".join(["datetime,open,high,low,close,volume", *lines]) + "\n")
    body = (
        "from btsql.adapters.sources import load\nfrom btsql.sources import DataSource\n"
        "from btsql.adapters.strategies import resolve, make_config\n"
        f"market = load(DataSource.parse('csv:{path}'), 'AAPL.XNAS')\n"
        "found = resolve('momentum')\n"
        "strategy = found.strategy_class(make_config(found, {'lookback_period': 3}, market))\n"
        "engine(strategy, data=market.bars).run()"
    )
    run_script(environment, body)
    for options in (("--data", f"csv:{path}"), ()):
        assert verdict(btsql, "@", *options, "--strict")["verdict"] == "identical"
        again = json.loads(btsql("show", "@", "--format", "json").stdout)
        assert again["snapshot"]["data"][0]["rows"] == 30


@pytest.mark.engine
def test_a_strategy_of_a_script_is_said_to_be_missing(btsql: Run, environment: dict[str, str]) -> None:
    body = "class Own(Cycle): pass\nengine(Own(CycleConfig(instrument_id=AAPL.id))).run()"
    run_script(environment, body)
    done = btsql("rerun", "@", "--data", "mock")
    assert done.returncode == 6
    assert "__main__:Own was defined in a script, which is not saved" in " ".join(done.stderr.split())


@pytest.mark.engine
@pytest.mark.parametrize("seed", [None, 42])
def test_fills_by_chance_are_the_same_again(btsql: Run, tmp_path: Path, seed: int | None) -> None:
    path = write_csv(tmp_path / "bars.csv")
    request = {
        "strategy": "sma_crossover",
        "instrument": "AAPL.XNAS",
        "data": f"csv:{path}",
        "venue": {"fill_model": {"class": "FillModel", "prob_slippage": 0.5, "random_seed": seed}},
        "parameters": {"fast_period": 3, "slow_period": 8},
    }
    file = tmp_path / "run.json"
    file.write_text(json.dumps(request))
    recorded(btsql, "-f", str(file))
    assert verdict(btsql, "@", "--strict")["verdict"] == "identical"
