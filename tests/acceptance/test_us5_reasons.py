"""User story 5: what is not the same is named, and what cannot be run again is refused for the right reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from btsql.database import Target
from btsql.runs import get_run
from conftest import Run
from records import save, success
from reruns import PARAMETERS, TESTS, find_modules, reasons, recorded, run_script, source, verdict, write_csv

pytestmark = pytest.mark.engine

MOCK = ("sma_crossover", "--instrument", "T.SIM", "--data", "mock", "--end", "2020-06-30")


def told(found: dict[str, Any], section: str) -> list[str]:
    return [each["field"] for each in found["findings"] if each["section"] == section]


def count(btsql: Run) -> int:
    return len(json.loads(btsql("history", "--format", "json").stdout))


@pytest.mark.parametrize("strategy", PARAMETERS)
def test_one_parameter_that_was_changed_is_named(
    btsql: Run, environment: dict[str, str], strategy: str
) -> None:
    find_modules(environment, TESTS)
    recorded(btsql, strategy, *MOCK[1:], *PARAMETERS[strategy])
    name, _, value = PARAMETERS[strategy][1].partition("=")
    found = verdict(btsql, "@", "--set", f"{name}={float(value) * 2:g}")
    assert (found["verdict"], told(found, "change")) == ("variation", [name])
    assert not told(found, "caution"), "nothing else differs"


def test_a_catalog_with_another_bar_is_named_as_the_reason(btsql: Run, tmp_path: Path) -> None:
    from nautilus_trader.persistence.catalog import ParquetDataCatalog

    import backtests

    data = source("catalog", tmp_path)
    options = ("--instrument", "AAPL.XNAS", "--data", data, *PARAMETERS["sma_crossover"])
    recorded(btsql, "sma_crossover", *options)
    (file,) = (tmp_path / "catalog").glob("data/bar/*/*.parquet")
    file.unlink()
    closes = [float(bar.close) for bar in backtests.bars()]
    closes[40] += 0.01
    ParquetDataCatalog(str(tmp_path / "catalog")).write_data(backtests.bars(closes=closes))
    assert reasons(verdict(btsql, "@", "--strict", code=11)) == ["data"]


def test_data_that_changed_beside_what_was_varied_is_told(btsql: Run, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "bars.csv")
    recorded(
        btsql,
        "sma_crossover",
        "--instrument",
        "AAPL.XNAS",
        "--data",
        f"csv:{path}",
        *PARAMETERS["sma_crossover"],
    )
    assert not told(verdict(btsql, "@", "--set", "fast_period=4"), "caution")
    path.write_text(path.read_text().replace(",100000", ",100001"))
    assert told(verdict(btsql, "@~1", "--set", "fast_period=4"), "caution") == ["data"]
    again = verdict(btsql, "@~2", "--data", f"csv:{path}")
    assert (again["verdict"], told(again, "caution")) == ("identical", ["data"]), (
        "the same file is no variation"
    )
    other = write_csv(tmp_path / "other.csv")
    other.write_text(path.read_text().replace(",100001", ",100002"))
    varied = verdict(btsql, "@~3", "--data", f"csv:{other}")
    assert (varied["verdict"], told(varied, "caution")) == ("variation", []), "changed on purpose"
    done = btsql("rerun", "@~4", "--set", "fast_period=4")
    assert "Besides\n  data (" in done.stdout


# ---- an engine that cannot be made again


@pytest.fixture
def unmakeable(btsql: Run, database: Target) -> str:
    """The id of a run whose engine has settings that no engine takes."""
    run = recorded(btsql, *MOCK)
    snapshot = run["snapshot"]
    snapshot["engine"]["risk_engine"] = {"max_order_submit_rate": "nonsense"}
    keys = ("strategy_type", "strategy_path", "parameters", "currency", "data_source", "environment")
    record = success(
        **{name: run[name] for name in keys},
        snapshot=snapshot,
        instruments=tuple(run["instruments"]),
        data_start=run["data_start"],
        data_end=run["data_end"],
        initial_capital=run["initial_capital"],
    )
    save(database, record)
    return str(record.run_id)


def test_a_dry_run_of_an_engine_that_cannot_be_made_records_nothing(btsql: Run, unmakeable: str) -> None:
    before = count(btsql)
    done = btsql("rerun", unmakeable, "--dry-run")
    assert (done.returncode, done.stdout) == (1, "")
    assert "the engine cannot be made again: ValueError: " in done.stderr
    assert "Traceback" not in done.stderr
    assert count(btsql) == before


def test_a_rerun_of_an_engine_that_cannot_be_made_is_recorded_as_a_failure(
    btsql: Run, connection: psycopg.Connection[Any], unmakeable: str
) -> None:
    done = btsql("rerun", unmakeable)
    assert (done.returncode, done.stdout) == (1, "")
    assert "the engine cannot be made again: ValueError: " in done.stderr
    failed = get_run(connection, "@")
    assert (failed.status, str(failed.origin_run_id)) == ("failure", unmakeable)
    again = btsql("rerun", "@")
    assert again.returncode == 6
    assert "ended before its engine was made" in " ".join(again.stderr.split())


# ---- runs of scripts


def test_another_range_is_that_of_the_run_too(
    btsql: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "catalog"
    body = f"catalog(__import__('pathlib').Path({str(path)!r}))\n"
    run_script(environment, body + "engine(cycle()).run(start='2024-01-08', end='2024-01-31')")
    same = verdict(btsql, "@", "--data", f"catalog:{path}", "--strict")
    assert same["verdict"] == "identical"
    verdict(btsql, "@", "--data", f"catalog:{path}", "--start", "2024-01-03", "--end", "2024-02-20")
    varied = json.loads(btsql("show", "@", "--format", "json").stdout)
    assert varied["data_start"] == "2024-01-03T00:00:00Z"
    assert varied["data_end"] == "2024-02-20T23:59:59.999999Z"
    assert varied["engine_figures"]["iterations"] == 49, "bars of as many days"


def test_a_parameter_that_one_of_several_strategies_lost_is_a_clear_error(
    btsql: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    module = tmp_path / "pair.py"
    module.write_text(
        "import backtests\nclass PairConfig(backtests.CycleConfig, frozen=True):\n    size: int = 3\n"
        "class Pair(backtests.Cycle):\n    pass\n"
    )
    find_modules(environment, tmp_path)
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    made = "Pair(PairConfig(instrument_id=AAPL.id, size=4, order_id_tag='{}'))"
    run_script(environment, f"from pair import *\nengine({made.format(1)}, {made.format(2)}).run()")
    module.write_text(module.read_text().replace("size:", "amount:"))
    done = btsql("rerun", "@", "--data", "mock")
    assert (done.returncode, done.stdout) == (6, "")
    assert "pair:Pair takes no parameter 'size' any more" in " ".join(done.stderr.split())


def test_a_catalog_of_a_relative_path_is_found_from_elsewhere(
    btsql: Run, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    body = "path = catalog(__import__('pathlib').Path('catalog'))\n"
    body += "from nautilus_trader.backtest.node import BacktestNode\nBacktestNode(configs=[run_config(path)]).run()"
    run_script(environment, body)
    monkeypatch.chdir("/")
    assert verdict(btsql, "@", "--strict")["verdict"] == "identical"


# ---- parameters without a default

NEEDY = """
from nautilus_trader.config import StrategyConfig
from nautilus_trader.trading.strategy import Strategy


class NeedyConfig(StrategyConfig, frozen=True):
    size: int


class Needy(Strategy):
    def __init__(self, config: NeedyConfig) -> None:
        super().__init__(config)
"""


@pytest.fixture
def needy(btsql: Run, environment: dict[str, str], tmp_path: Path) -> Path:
    """A recorded run of a strategy that needs a parameter, in this file."""
    place = tmp_path / "needy.py"
    place.write_text(NEEDY)
    find_modules(environment, tmp_path)
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    recorded(btsql, "needy:Needy", *MOCK[1:], "--set", "size=4")
    return place


def test_a_parameter_that_is_needed_can_be_varied(btsql: Run, needy: Path) -> None:
    done = btsql("rerun", "@", "--set", "size=many")
    assert done.returncode == 2
    assert "size must be a whole number, not 'many'" in done.stderr
    assert verdict(btsql, "@", "--set", "size=5")["changes"] == {"size": {"from": 4, "to": 5}}


def test_a_variation_is_held_to_the_other_parameters_as_they_were_recorded(btsql: Run) -> None:
    recorded(btsql, *MOCK, *PARAMETERS["sma_crossover"])
    assert verdict(btsql, "@", "--set", "fast_period=4")["verdict"] == "variation"
    endless = btsql("rerun", "@", "--set", "position_fraction=1e999")
    assert endless.returncode == 2
    assert "position_fraction must be a finite number" in endless.stderr
    done = btsql("rerun", "@", "--set", "fast_period=8")
    assert done.returncode == 2
    assert "fast_period must be below slow_period, not 8 with a slow_period of 8" in done.stderr


def test_a_constructor_without_a_configuration_is_said_not_to_be_captured(
    btsql: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "bare.py").write_text(
        "from nautilus_trader.trading.strategy import Strategy\n"
        "class Bare(Strategy):\n"
        "    def __init__(self, bar_type):\n"
        "        super().__init__()\n"
    )
    find_modules(environment, tmp_path)
    run_script(environment, "from bare import Bare\nengine(Bare('any')).run()")
    missing = json.loads(btsql("config", "@", "--snapshot").stdout)["not_captured"]
    assert "what strategy bare:Bare was given besides its config: bar_type" in missing
    done = btsql("rerun", "@", "--data", "mock")
    assert (done.returncode, done.stdout) == (6, "")
    assert "bare:Bare takes no configuration, and what it was given instead is not" in " ".join(
        done.stderr.split()
    )


def test_a_config_that_could_not_be_captured_is_no_class_that_has_changed(
    btsql: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "holder.py").write_text(
        "import backtests\n"
        "from nautilus_trader.model.instruments import Instrument\n"
        "class HolderConfig(backtests.CycleConfig, frozen=True, kw_only=True):\n"
        "    instrument: Instrument\n"
        "class Holder(backtests.Cycle):\n"
        "    pass\n"
    )
    find_modules(environment, tmp_path)
    body = "engine(Holder(HolderConfig(instrument_id=AAPL.id, instrument=AAPL))).run()"
    run_script(environment, f"from holder import *\n{body}")
    done = btsql("rerun", "@", "--data", "mock")
    assert (done.returncode, done.stdout) == (6, "")
    assert "the config of holder:Holder was not captured: some value in it has no JSON form" in done.stderr
    assert "has changed since" not in done.stderr
