"""What a run was executed with, as it is recorded."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from nautilus_trader.backtest.config import ImportableFillModelConfig
from nautilus_trader.backtest.models import FillModel
from nautilus_trader.backtest.node import BacktestNode
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.enums import AccountType, OmsType
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.objects import Money

import backtests
import btsql
from backtests import only_run, saved

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("default_database")]

KEYS = {
    "btsql", "nautilus_trader", "python", "platform", "host", "git_commit", "git_dirty", "script", "source_digest",
    "fill_model_seeds", "data_fingerprint", "data_fingerprint_covers",
}  # fmt: skip


@pytest.fixture(autouse=True)
def autosaved(default_database: object) -> None:
    btsql.autosave()


def environment_of(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    return dict(only_run(connection).environment or {})


def run(*strategies: Any, **options: Any) -> None:
    engine = backtests.engine(*strategies, **options)
    engine.run()
    engine.dispose()


def test_the_environment_says_where_the_run_came_from(connection: psycopg.Connection[Any]) -> None:
    run(backtests.cycle())
    told = environment_of(connection)
    source = Path(backtests.__file__)
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=source.parent, capture_output=True, text=True, check=False
    )
    unknown = set() if commit.returncode == 0 else {"git_commit", "git_dirty"}
    if not hasattr(sys.modules["__main__"], "__file__"):  # tests that run in several processes have no script
        unknown.add("script")
    assert set(told) == KEYS - unknown
    assert told["source_digest"] == f"sha256:{hashlib.sha256(source.read_bytes()).hexdigest()}"
    assert told.get("git_commit", "") == commit.stdout.strip()
    assert told["data_fingerprint_covers"] == "every value of 60 items"
    assert told["fill_model_seeds"] == {"XNAS": None}


def test_a_failure_has_an_environment_too(connection: psycopg.Connection[Any]) -> None:
    with pytest.raises(backtests.Trouble):
        run(backtests.cycle(fail_in="on_start"))
    assert environment_of(connection)["source_digest"].startswith("sha256:")


def test_the_same_data_from_a_catalog_and_from_memory_has_one_fingerprint(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    path = backtests.catalog(tmp_path / "catalog")
    for chunk_size in (None, 25):
        BacktestNode(configs=[backtests.run_config(path, chunk_size=chunk_size)]).run()
    run(backtests.cycle())
    run(backtests.cycle(), data=backtests.bars(count=59))
    *same, other = [(run.environment or {})["data_fingerprint"] for run in saved(connection)]
    assert len(set(same)) == 1
    assert other not in same


def test_a_part_of_the_data_is_what_counts_when_a_part_is_asked_for(
    connection: psycopg.Connection[Any],
) -> None:
    for data, asked in ((backtests.bars(), {"end": "2024-01-31"}), (backtests.bars(count=30), {})):
        engine = backtests.engine(backtests.cycle(), data=data)
        engine.run(**asked)
        engine.dispose()
    one, two = [(run.environment or {})["data_fingerprint"] for run in saved(connection)]
    assert one == two


def test_seeds_of_fill_models_are_told_or_that_there_is_none(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    model = ImportableFillModelConfig(
        fill_model_path="nautilus_trader.backtest.models:FillModel",
        config_path="nautilus_trader.backtest.config:FillModelConfig",
        config={"prob_slippage": 0.5, "random_seed": 42},
    )
    path = backtests.catalog(tmp_path / "catalog")
    BacktestNode(configs=[backtests.run_config(path, options={"fill_model": model})]).run()
    assert environment_of(connection)["fill_model_seeds"] == {"XNAS": 42}


def test_a_fill_model_given_as_an_object_does_not_tell_its_seed(connection: psycopg.Connection[Any]) -> None:
    engine = backtests.engine(backtests.cycle())
    engine.add_venue(
        Venue("SIM"),
        OmsType.HEDGING,
        AccountType.CASH,
        [Money(1, USD)],
        fill_model=FillModel(prob_slippage=0.5, random_seed=42),
    )
    engine.run()
    engine.dispose()
    assert environment_of(connection)["fill_model_seeds"] == {"XNAS": None, "SIM": "not known"}
