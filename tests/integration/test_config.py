"""A run's configuration comes back as it was: from the record to a file, and from the file to the same run."""

from __future__ import annotations

import json
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nautilus_trader.config import StrategyConfig
from nautilus_trader.model.data import BarType
from nautilus_trader.model.identifiers import InstrumentId

from btsql.adapters.backtest import build
from btsql.adapters.capture import strategy_parameters
from btsql.adapters.venues import venue_arguments
from btsql.database import Target
from btsql.errors import SourceUnavailable, UsageError
from btsql.request import content_of, from_file, from_mapping
from btsql.runfile import as_toml
from conftest import Run
from records import save, success

pytestmark = pytest.mark.engine

EXAMPLES = ("sma_crossover", "mean_reversion", "momentum")


@pytest.mark.parametrize("written", ["json", "toml"])
@pytest.mark.parametrize("strategy", EXAMPLES)
def test_every_example_comes_back_with_the_same_hash(btsql: Run, strategy: str, written: str) -> None:
    options = [
        "--instrument",
        "EUR/USD.SIM",
        "--data",
        "mock:3",
        "--end",
        "2020-09-30",
        "--set",
        "allow_short=true",
    ]
    options += ["--name", "a label", "--set", "position_fraction=0.5", "--capital", "12345.67"]
    first = json.loads(btsql("run", strategy, *options, "--format", "json").stdout)
    file = btsql("config", "@", "--format", written)
    assert (file.returncode, file.stderr) == (0, "")
    second = json.loads(btsql("run", "-f", "-", "--format", "json", input=file.stdout).stdout)
    assert second["run_id"] != first["run_id"]
    same = (
        "config_hash",
        "parameters",
        "strategy_name",
        "initial_capital",
        "data_start",
        "data_end",
        "engine_figures",
    )
    assert {name: second[name] for name in same} == {name: first[name] for name in same}
    assert second["snapshot"]["venues"] == first["snapshot"]["venues"]


class Inner(StrategyConfig, frozen=True):
    deep: dict[str, float] = {}  # noqa: RUF012 - msgspec copies it


class AnyConfig(StrategyConfig, frozen=True):
    instrument_id: InstrumentId
    bar_type: BarType
    whole: int = 0
    number: float = 0.0
    exact: Decimal = Decimal(0)
    text: str = ""
    flag: bool = False
    maybe: int | None = None
    several: list[float] = []  # noqa: RUF012 - msgspec copies it
    named: dict[str, int | None] = {}  # noqa: RUF012 - msgspec copies it


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
CONFIGS = st.fixed_dictionaries(
    {},
    optional={
        "whole": st.integers(-(2**53), 2**53),
        "number": st.floats(allow_nan=True),
        "exact": st.decimals(allow_nan=False, allow_infinity=False, places=12),
        "text": TEXTS,
        "flag": st.booleans(),
        "maybe": st.none() | st.integers(0, 9),
        "several": st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=4),
        "named": st.dictionaries(TEXTS, st.none() | st.integers(-9, 9), max_size=3),
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CONFIGS)
def test_any_configuration_comes_back_through_json_and_toml(values: dict[str, Any]) -> None:
    from btsql.adapters.strategies import ResolvedStrategy, make_config

    class Market:
        class instrument:  # noqa: N801 - stands for an attribute
            id = InstrumentId.from_str("T.SIM")

        bar_type = BarType.from_str("T.SIM-1-DAY-LAST-EXTERNAL")

    market: Any = Market
    resolved = ResolvedStrategy(
        kind="Any", strategy_path="a:B", config_path="a:C", strategy_class=object, config_class=AnyConfig
    )
    config = AnyConfig(instrument_id=market.instrument.id, bar_type=market.bar_type, **values)
    recorded = json.loads(json.dumps(strategy_parameters(config)))
    for text in (json.dumps({"parameters": recorded}), as_toml({"parameters": recorded})):
        again = make_config(resolved, content_of(text)["parameters"], market)
        assert json.loads(json.dumps(strategy_parameters(again))) == recorded


def test_toml_names_what_has_no_value() -> None:
    text = as_toml({"strategy": "x", "parameters": {"limit": None, "a.b": {"c": None, "d": 1}}})
    assert "null" not in text
    assert tomllib.loads(text)["unset"] == ["parameters.limit", 'parameters."a.b".c']
    assert content_of(text) == {"strategy": "x", "parameters": {"limit": None, "a.b": {"c": None, "d": 1}}}


def test_a_null_within_a_list_is_no_toml(btsql: Run, database: Target) -> None:
    run = json.loads(
        btsql("run", "momentum", "--instrument", "T.SIM", "--data", "mock", "--format", "json").stdout
    )
    keys = (
        "strategy_path",
        "strategy_type",
        "snapshot",
        "instruments",
        "data_start",
        "data_end",
        "initial_capital",
    )
    parameters = run["parameters"] | {"levels": [1, {"above": None}]}
    changed = success(**{name: run[name] for name in keys}, parameters=parameters)
    save(database, changed)
    refused = btsql("config", str(changed.run_id), "--format", "toml")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "TOML has no null, and parameters.levels has one within a list" in refused.stderr
    assert json.loads(btsql("config", str(changed.run_id)).stdout)["parameters"] == parameters
    assert btsql("config", "@", "--format", "toml", "--snapshot").returncode == 2


@pytest.mark.parametrize(
    "unset", ['"parameters.limit"', '["a b"]', '["a = 1\\nb"]', '["strategy.name"]', '[["a"]]']
)
def test_what_is_no_name_of_a_value_cannot_be_unset(tmp_path: Path, unset: str) -> None:
    file = tmp_path / "run.toml"
    file.write_text(f'strategy = "momentum"\ninstrument = "T.SIM"\ndata = "mock"\nunset = {unset}\n')
    with pytest.raises(UsageError, match=r"run\.toml: unset"):
        from_file(file)


VENUE: dict[str, Any] = {
    "oms_type": "HEDGING",
    "account_type": "MARGIN",
    "default_leverage": 5,
    "leverages": {"T.SIM": 2.5},
    "book_type": "L1_MBP",
    "fill_model": {"class": "FillModel", "prob_fill_on_limit": 0.5, "random_seed": 3},
    "fee_model": {"class": "PerContractFeeModel", "commission": "1.25 USD"},
    "latency_model": {"class": "LatencyModel", "base_latency_nanos": 10, "insert_latency_nanos": 5},
    "reject_stop_orders": False,
    "frozen_account": True,
}


def test_a_venue_comes_back_with_all_its_settings() -> None:
    request = {"strategy": "sma_crossover", "instrument": "T.SIM", "data": "mock", "end": "2020-03-01"}
    first = build(from_mapping(request | {"venue": VENUE}))
    second = build(from_mapping(request | {"venue": without_the_requests_own(first.venue)}))
    assert second.venue == first.venue
    assert first.venue["fill_model"]["random_seed"] == 3
    assert first.venue["latency_model"]["insert_latency_nanos"] == 5
    first.engine.dispose()
    second.engine.dispose()


def without_the_requests_own(venue: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in venue.items()
        if name not in {"venue", "starting_balances", "base_currency"}
    }


@pytest.mark.parametrize(
    ("venue", "message"),
    [
        ({"leverage": 3}, "a venue has no setting leverage"),
        ({"oms_type": "GROSS"}, "'GROSS' is none of"),
        ({"default_leverage": "much"}, "'much' is no default_leverage of a venue"),
        ({"fill_model": {"class": "NoModel"}}, "the engine has no model 'NoModel'"),
        (
            {"fill_model": {"class": "FillModel", "prob_slippage": 7}},
            "FillModel does not take these settings",
        ),
        ({"starting_balances": ["1 USD"]}, "are no settings of the venue here"),
    ],
)
def test_a_venue_that_cannot_be_is_refused(venue: dict[str, Any], message: str) -> None:
    request = {"strategy": "sma_crossover", "instrument": "T.SIM", "data": "mock", "end": "2020-03-01"}
    with pytest.raises(UsageError, match=message):
        build(from_mapping(request | {"venue": venue}))


def test_a_model_that_was_not_captured_cannot_be_made() -> None:
    with pytest.raises(SourceUnavailable, match=r"the settings of a mine:Model object were not captured"):
        venue_arguments({"fee_model": {"class": "mine:Model", "settings": None}})
