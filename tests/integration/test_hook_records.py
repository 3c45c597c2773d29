"""What a saved run says: its metrics, its parameters, and a snapshot to build it again from."""

from __future__ import annotations

import json
import math
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import psycopg
import pytest
from nautilus_trader.backtest.config import BacktestEngineConfig, BacktestRunConfig
from nautilus_trader.backtest.models import (
    FillModel,
    FixedFeeModel,
    LatencyModel,
    MakerTakerFeeModel,
    PerContractFeeModel,
)
from nautilus_trader.backtest.node import BacktestNode
from nautilus_trader.cache.config import CacheConfig
from nautilus_trader.common.config import DatabaseConfig
from nautilus_trader.config import ImportableStrategyConfig, StrategyConfig
from nautilus_trader.examples.algorithms.twap import TWAPExecAlgorithm
from nautilus_trader.model.currencies import EUR, USD
from nautilus_trader.model.enums import AccountType, CurrencyType, OmsType, OrderSide
from nautilus_trader.model.identifiers import Venue
from nautilus_trader.model.instruments import Equity
from nautilus_trader.model.objects import Currency, Money
from nautilus_trader.trading.config import StrategyFactory

import backtests
import btsql
import records
from backtests import AAPL, IBM, only_run, saved
from btsql.adapters import capture, configs
from btsql.adapters.closes import Closes
from btsql.adapters.engines import RecordedEngine
from btsql.adapters.equity import rebuild
from btsql.metrics import METRIC_NAMES, measure
from btsql.record import RunRecord, plain
from btsql.recorder import Recorder
from btsql.runs import list_runs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("default_database")]


@pytest.fixture(autouse=True)
def autosaved(default_database: object) -> None:
    btsql.autosave()


# ---- metrics

RISING = [100.0 + day for day in range(60)]
UP_AND_DOWN = [100.0, 101.0] * 30
SCENARIOS: dict[str, tuple[Sequence[Any], dict[str, Any]]] = {
    "winners and losers": (backtests.bars(), {}),
    "no trade": (backtests.bars(), {"quantity": 0, "every": 1000}),
    "open at the end": (backtests.bars(), {"every": 1000, "hold": 998}),
    "one trade": (backtests.bars(), {"every": 1000, "hold": 40}),
    "only winners": (backtests.bars(closes=RISING), {}),
    "break-even": (backtests.bars(closes=UP_AND_DOWN), {"every": 6, "hold": 4}),
    "one bar": (backtests.bars(count=1), {}),
    "ruin": (backtests.bars(closes=[100.0] * 5 + [1.0] * 20), {"quantity": 400, "every": 1000, "hold": 10}),
}


class Idle(backtests.Cycle):
    """Trades nothing."""

    def send(self, side: OrderSide) -> None: ...


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_metrics_are_those_of_the_rebuilt_curve(
    connection: psycopg.Connection[Any], scenario: str
) -> None:
    data, config = SCENARIOS[scenario]
    kind = Idle if scenario == "no trade" else backtests.Cycle
    engine = backtests.engine(kind(backtests.CycleConfig(instrument_id=AAPL.id, **config)), data=data)
    engine.run()
    closes = Closes()
    closes.feed(list(data))
    portfolio = rebuild(engine.cache, closes)
    measured = measure(portfolio.curve, portfolio.trades)
    run = only_run(connection)
    rejected = run.rejected_metrics or {}
    assert run.status == "success"
    for name in METRIC_NAMES:
        value, stored = measured.metrics[name], getattr(run, name)
        if value is None:
            assert stored is None
            assert rejected[name]["reason"] == measured.undefined[name]
        elif stored is None:  # out of the range that is allowed, and kept beside
            assert float(rejected[name]["reported_value"]) == pytest.approx(value)
        else:
            assert stored == value, name
    assert run.final_equity == pytest.approx(engine_equity(engine))
    engine.dispose()


def engine_equity(engine: Any) -> float:
    """Balance plus unrealised profit, as the engine's portfolio sees them at the end."""
    account = engine.cache.account_for_venue(backtests.XNAS)
    unrealised = engine.portfolio.unrealized_pnls(backtests.XNAS).values()
    return float(account.balance_total(USD).as_double() + sum(money.as_double() for money in unrealised))


def test_the_engines_own_figures_are_kept_verbatim(connection: psycopg.Connection[Any]) -> None:
    for strategy in (backtests.cycle(), Idle(backtests.CycleConfig(instrument_id=AAPL.id))):
        engine = backtests.engine(strategy)
        engine.run()
        result = engine.get_result()
        kept = saved(connection)[-1].engine_figures or {}
        assert kept["stats_pnls"] == plain(result.stats_pnls)
        assert kept["stats_returns"] == plain(result.stats_returns)
        for name in ("iterations", "total_events", "total_orders", "total_positions"):
            assert kept[name] == getattr(result, name), name
        engine.dispose()
    undefined = [value for value in result.stats_returns.values() if math.isnan(value)]
    assert undefined
    assert list(kept["stats_returns"].values()).count("NaN") == len(undefined)


def test_a_node_that_disposes_of_its_engines_is_read_before(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    path = backtests.catalog(tmp_path / "catalog")
    for dispose in (True, False):
        BacktestNode(configs=[backtests.run_config(path, dispose_on_completion=dispose)]).run()
    disposed, kept = saved(connection)
    assert (disposed.engine_figures or {})["total_orders"] == 20
    assert disposed.engine_figures == kept.engine_figures
    assert disposed.total_trades == 10


# ---- several of each


def test_a_run_on_several_instruments_is_found_by_each(connection: psycopg.Connection[Any]) -> None:
    data = sorted(backtests.bars() + backtests.bars(IBM), key=lambda bar: bar.ts_init)
    strategies = [backtests.cycle(order_id_tag="1"), backtests.cycle(IBM, every=7, order_id_tag="2")]
    engine = backtests.engine(*strategies, data=data)
    engine.run()
    run = only_run(connection)
    assert run.instruments == ["AAPL.XNAS", "IBM.XNAS"]
    assert [len(list_runs(connection, instrument=name)) for name in ("AAPL.XNAS", "IBM.XNAS", "FB.XNAS")] == [
        1,
        1,
        0,
    ]
    assert (run.strategy_type, run.strategy_path) == ("Cycle+Cycle", "backtests:Cycle+backtests:Cycle")
    assert {name: values["instrument_id"] for name, values in run.parameters.items()} == {
        "1_Cycle": "AAPL.XNAS",
        "2_Cycle": "IBM.XNAS",
    }
    assert run.total_trades == 10 + 8
    engine.dispose()


def test_what_has_no_data_in_the_range_is_not_tested_and_the_run_is_known_again(
    connection: psycopg.Connection[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    data = backtests.bars()
    for _ in range(2):
        engine = backtests.engine(
            backtests.cycle(), data=data + backtests.bars(IBM, 2 * len(data))[len(data) :]
        )
        engine.run(end=data[-1].ts_init)
        engine.dispose()
    told = capsys.readouterr().err
    assert told.count("already tested") == 1
    runs = saved(connection)
    assert [run.instruments for run in runs] == [["AAPL.XNAS"]] * 2
    assert {run.environment and run.environment["data_fingerprint_covers"] for run in runs} == {
        "every value of 60 items"
    }


def test_an_engine_with_an_actor_only(connection: psycopg.Connection[Any]) -> None:
    engine = backtests.engine()
    engine.add_actor(backtests.Watcher(backtests.WatcherConfig(instrument_id=AAPL.id)))
    engine.run()
    run = only_run(connection)
    assert (run.status, run.strategy_type, run.strategy_path) == (
        "success",
        "no_strategy",
        "btsql:no_strategy",
    )
    assert (run.total_return, run.total_trades) == (0, 0)
    (actor,) = run.snapshot["actors"]
    assert (actor["actor_path"], actor["config"]["instrument_id"]) == ("backtests:Watcher", "AAPL.XNAS")
    engine.dispose()


def test_a_cash_account_of_another_size(connection: psycopg.Connection[Any]) -> None:
    engine = backtests.engine(backtests.cycle(), capital=2_500, account=AccountType.CASH)
    engine.run()
    run = only_run(connection)
    assert (run.initial_capital, run.currency) == (Decimal(2500), "USD")
    assert run.net_profit is not None
    assert run.total_return == pytest.approx(run.net_profit / 2500)
    engine.dispose()


def test_a_debt_is_no_capital_and_the_run_is_kept(connection: psycopg.Connection[Any]) -> None:
    engine = backtests.engine(backtests.cycle(), capital=-100)
    engine.run()
    run = only_run(connection)
    assert (run.status, run.error_type, run.initial_capital) == ("failure", "nothing_to_measure", None)
    assert run.error_message == (
        "the account began with a negative balance, -100.00 USD: there is no return on a debt"
    )
    engine.dispose()


@pytest.mark.parametrize(
    ("code", "recorded"), [("US\x1b]0;title\x07", "US\\x1b]0;title\\x07"), ("x" * 60, "x" * 50)]
)
def test_a_currency_of_any_name_is_recorded_as_the_database_takes_it(
    connection: psycopg.Connection[Any], code: str, recorded: str
) -> None:
    currency = Currency(code, 2, 0, "of a test", CurrencyType.FIAT)
    share = Equity.from_dict(Equity.to_dict(AAPL))
    engine = RecordedEngine(backtests.engine_config())
    engine.add_venue(
        venue=Venue("XNAS"),
        oms_type=OmsType.NETTING,
        account_type=AccountType.MARGIN,
        base_currency=currency,
        starting_balances=[Money(10_000, currency)],
    )
    engine.add_instrument(share)
    engine.add_data(backtests.bars())
    engine.run()
    run = only_run(connection)
    assert (run.status, run.currency) == ("success", recorded)
    engine.dispose()


# ---- parameters


class Odd:
    """Something without a text of its own."""


def rule(price: float) -> float:
    return price


class OddConfig(StrategyConfig, frozen=True):
    exact: Decimal = Decimal("0.10")
    too_exact: Decimal = Decimal("0.1000000000000000055511151231257827")
    whole: Decimal = Decimal("1E+3")
    infinite: float = math.inf
    side: OrderSide = OrderSide.BUY
    oms: OmsType | None = None
    weights: Any = ()
    nested: Any = None
    rule: Any = rule
    kind: Any = Odd
    thing: Any = None
    nothing: int | None = None


def test_a_parameter_of_any_kind_has_one_json_value() -> None:
    config = OddConfig(
        weights=np.array([0.25, 0.5]),
        nested={
            "levels": (1, np.float64(2.5), {"b", "a"}),
            "of": backtests.CycleConfig(instrument_id=AAPL.id),
        },
        thing=Odd(),
        order_id_tag="042",
        strategy_id="mine",
        log_commands=False,
        manage_gtd_expiry=True,
    )
    parameters = plain(capture.strategy_parameters(config))
    nested = parameters.pop("nested")
    assert nested["levels"] == [1, 2.5, ["a", "b"]]
    assert nested["of"]["quantity"] == 10
    assert parameters == {
        "exact": 0.1,
        "too_exact": "0.1000000000000000055511151231257827",
        "whole": 1000,
        "infinite": "Infinity",
        "side": "BUY",
        "oms": None,
        "weights": [0.25, 0.5],
        "rule": f"{__name__}:rule",
        "kind": f"{__name__}:Odd",
        "thing": f"{__name__}:Odd",
        "nothing": None,
        "manage_gtd_expiry": True,
    }
    assert json.loads(json.dumps(parameters)) == parameters


def test_labels_do_not_change_the_identity_and_parameters_do(connection: psycopg.Connection[Any]) -> None:
    configs: list[dict[str, Any]] = [
        {},
        {"order_id_tag": "9", "strategy_id": "mine", "log_events": False},
        {"threshold": Decimal("0.250")},
        {"threshold": Decimal("0.26")},
    ]
    for config in configs:
        engine = backtests.engine(backtests.cycle(**config))
        engine.run()
        engine.dispose()
    hashes = [run.config_hash for run in saved(connection)]
    assert hashes[0] == hashes[1] == hashes[2] != hashes[3]


# ---- the snapshot


def test_a_run_can_be_built_again_from_its_snapshot(connection: psycopg.Connection[Any]) -> None:
    engine = backtests.engine(backtests.cycle(every=8, order_id_tag="007"))
    engine.run()
    snapshot = only_run(connection).snapshot
    (stored,) = snapshot["instruments"]
    assert Equity.from_dict(stored) == AAPL
    assert Equity.to_dict(Equity.from_dict(stored)) == Equity.to_dict(AAPL)
    assert snapshot["range"] == {"start": None, "end": None}
    kinds = ["AAPL.XNAS-1-DAY-LAST-EXTERNAL"]
    assert snapshot["data"] == [{"items": 60, "instruments": ["AAPL.XNAS"], "bar_types": kinds}]
    (venue,) = snapshot["venues"]
    assert venue == {
        "venue": "XNAS",
        "oms_type": "NETTING",
        "account_type": "MARGIN",
        "base_currency": "USD",
        "starting_balances": ["10000.00 USD"],
        "default_leverage": 10,
    }
    assert BacktestEngineConfig.parse(json.dumps(snapshot["engine"])) == backtests.engine_config()
    strategy = StrategyFactory.create(ImportableStrategyConfig(**snapshot["strategies"][0]))
    assert strategy.config == backtests.cycle(every=8, order_id_tag="007").config
    again = backtests.engine(strategy)
    again.run()
    first, second = saved(connection)
    assert first.config_hash == second.config_hash
    assert first.snapshot == second.snapshot
    assert first.engine_figures == second.engine_figures
    engine.dispose()
    again.dispose()


class Given(backtests.Cycle):
    """Takes more than a config."""

    def __init__(  # one of each kind
        self, settings: backtests.CycleConfig, model: object, *_rest: object, label: str = "", **_more: object
    ) -> None:
        self.given = model, label
        super().__init__(settings)


def without_annotation(self: Any, settings: backtests.CycleConfig) -> None:
    backtests.Cycle.__init__(self, settings)


without_annotation.__annotations__.clear()  # as people write it
Terse: Any = type("Terse", (backtests.Cycle,), {"__module__": __name__, "__init__": without_annotation})


def test_a_config_by_another_name_is_captured(connection: psycopg.Connection[Any]) -> None:
    engine = backtests.engine(Terse(backtests.CycleConfig(instrument_id=AAPL.id)))
    engine.run()
    assert only_run(connection).snapshot["not_captured"] == [
        "the market data, which was handed over in memory"
    ]


def test_data_that_was_not_captured_accounts_for_nothing_where_it_is_known_to_be_the_same(
    connection: psycopg.Connection[Any],
) -> None:
    backtests.engine(backtests.Cycle(backtests.CycleConfig(instrument_id=AAPL.id))).run()
    reasons = """
        SELECT reason.original_value
          FROM btsql.get_run('@') AS run
         CROSS JOIN btsql.reproduction_reasons(to_jsonb(run), to_jsonb(run) #- %s) AS reason
         WHERE reason.field = 'not captured'"""
    notes = only_run(connection).snapshot["not_captured"]
    unknown = connection.execute(reasons, [["environment", "data_fingerprint"]]).fetchall()
    assert [note for (note,) in unknown] == notes == ["the market data, which was handed over in memory"]
    assert connection.execute(reasons, [[]]).fetchall() == []


class Slow(LatencyModel):
    """A model of somebody's own."""


def test_what_is_not_captured_is_said(
    connection: psycopg.Connection[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    engine = backtests.engine()
    strategy = Given(backtests.CycleConfig(instrument_id=AAPL.id), object())
    engine.add_strategy(strategy)
    engine.add_exec_algorithm(TWAPExecAlgorithm())
    engine.add_venue(
        Venue("SIM"),
        OmsType.HEDGING,
        AccountType.CASH,
        [Money(1, USD)],
        fill_model=FillModel(prob_slippage=0.5, random_seed=42),
        fee_model=MakerTakerFeeModel(),
        latency_model=Slow(),
    )
    engine.run()
    snapshot = only_run(connection).snapshot
    notes = snapshot["not_captured"]
    assert notes == [
        f"what strategy {__name__}:Given was given besides its config: model, label",
        f"latency_model of venue SIM: a {__name__}:Slow object",
        "the market data, which was handed over in memory",
    ]
    assert f"a re-run needs besides: {notes[0]} (and 2 more)\n       see it with:" in capsys.readouterr().err
    assert (snapshot["venues"][1]["venue"], snapshot["venues"][1]["oms_type"]) == ("SIM", "HEDGING")
    (algorithm,) = snapshot["exec_algorithms"]
    assert algorithm["exec_algorithm_path"].endswith(":TWAPExecAlgorithm")
    engine.dispose()


def test_the_settings_of_a_venue_are_captured_with_its_models(connection: psycopg.Connection[Any]) -> None:
    engine = backtests.engine(backtests.cycle())
    engine.add_venue(
        Venue("SIM"),
        OmsType.HEDGING,
        AccountType.MARGIN,
        [Money(5, USD), Money(3, EUR)],
        leverages={AAPL.id: Decimal(3)},
        fill_model=FillModel(prob_fill_on_limit=0.5, random_seed=42),
        fee_model=FixedFeeModel(Money("0.5", USD), charge_commission_once=False),
        latency_model=LatencyModel(1000, 20, 0, 7),
        reject_stop_orders=False,
    )
    engine.add_venue(
        Venue("CME"),
        OmsType.NETTING,
        AccountType.CASH,
        [Money(1, USD)],
        fee_model=PerContractFeeModel(Money(2, USD)),
    )
    engine.run()
    snapshot = only_run(connection).snapshot
    _, venue, other = snapshot["venues"]
    assert venue["starting_balances"] == ["5.00 USD", "3.00 EUR"]
    assert venue["leverages"] == {"AAPL.XNAS": 3}
    assert (
        venue["fill_model"].items()
        >= {
            "class": "nautilus_trader.backtest.models.fill:FillModel",
            "prob_fill_on_limit": 0.5,
            "prob_slippage": 0,
        }.items()
    )
    assert venue["fee_model"] == {
        "class": "nautilus_trader.backtest.models.fee:FixedFeeModel",
        "commission": "0.50 USD",
        "charge_commission_once": False,
    }
    assert venue["latency_model"] == {
        "class": "nautilus_trader.backtest.models.latency:LatencyModel",
        "base_latency_nanos": 1000,
        "insert_latency_nanos": 20,
        "update_latency_nanos": 0,
        "cancel_latency_nanos": 7,
    }
    assert venue["reject_stop_orders"] is False
    assert other["fee_model"]["commission"] == "2.00 USD"
    assert len(snapshot["random_state"]) == 3336, "fills at random are drawn again in a re-run"
    engine.dispose()


def test_a_config_that_json_cannot_hold_is_said(connection: psycopg.Connection[Any]) -> None:
    engine = backtests.engine(backtests.cycle(threshold=np.float64(0.5), kind=float("nan")))
    engine.run()
    run = only_run(connection)
    assert run.status == "success"
    assert (run.parameters["threshold"], run.parameters["kind"]) == (0.5, "NaN")
    assert run.snapshot["strategies"][0]["config"]["threshold"] == 0.5
    assert run.snapshot["not_captured"][0] == (
        "the config of strategy backtests:Cycle as its class reads it: some value has no JSON form"
    )
    engine.dispose()


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def without_end() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


LACKING = "the config of strategy backtests:Cycle as its class reads it: some value has no JSON form"


@pytest.mark.parametrize(
    ("value", "text", "is_captured"),
    [
        (pd.Timestamp("2024-01-01 09:30"), "2024-01-01T09:30:00", True),
        (pd.Timestamp(1704067200000000001), "2024-01-01T00:00:00.000000001", True),
        (pd.NaT, "NaT", False),
        (pd.date_range("2024-01-01", periods=2), "['2024-01-01T00:00:00', '2024-01-02T00:00:00']", False),
        (datetime.min, "0001-01-01T00:00:00", True),  # noqa: DTZ901
        (nested(900), "it is nested too deeply", False),
        (without_end(), "['(list that could not be read: it contains itself)']", False),
        (
            {"a": [records.Unprintable()]},
            "{'a': ['(records:Unprintable that could not be read: RuntimeError)']}",
            False,
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_that_cannot_be_read_costs_neither_the_run_nor_its_metrics(
    connection: psycopg.Connection[Any], value: object, text: str, is_captured: bool
) -> None:
    engine = backtests.engine(backtests.cycle(kind=value))
    engine.run()
    run = only_run(connection)
    assert (run.status, run.total_trades) == ("success", 10)
    assert text in str(run.parameters["kind"])
    assert (LACKING in run.snapshot["not_captured"]) is not is_captured
    engine.dispose()


@pytest.mark.parametrize("part", ["strategy_parameters", "snapshot_of"])
def test_a_part_that_cannot_be_read_costs_that_part_only(
    connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr(capture, part, backtests.broken)
    engine = backtests.engine(backtests.cycle())
    engine.run()
    run = only_run(connection)
    assert (run.status, run.total_trades) == ("success", 10)
    told = {"strategy_parameters": "the parameters", "snapshot_of": "the snapshot"}[part]
    assert f"{told}, which could not be read: RuntimeError" in run.snapshot["not_captured"]
    engine.dispose()


def test_of_an_engine_made_before_the_venues_are_known_by_their_accounts(
    connection: psycopg.Connection[Any],
) -> None:
    from btsql.adapters import hooks

    hooks.uninstall()
    engine = backtests.engine(backtests.cycle())
    with btsql.recording(engine):
        engine.run()
    snapshot = only_run(connection).snapshot
    assert snapshot["venues"] == [
        {
            "venue": "XNAS",
            "account_type": "MARGIN",
            "base_currency": "USD",
            "starting_balances": ["10000.00 USD"],
        }
    ]
    assert any("the engine was made before btsql watched it" in note for note in snapshot["not_captured"])
    engine.dispose()


def test_a_node_is_captured_by_its_configuration(connection: psycopg.Connection[Any], tmp_path: Path) -> None:
    path = backtests.catalog(tmp_path / "catalog")
    config = backtests.run_config(path, start="2024-01-10", end="2024-02-10", every=8)
    BacktestNode(configs=[config]).run()
    run = only_run(connection)
    assert (str(run.data_start), str(run.data_end)) == (
        "2024-01-10 00:00:00+00:00",
        "2024-02-10 00:00:00+00:00",
    )
    assert run.data_source == "catalog"
    assert run.snapshot["not_captured"] == []
    assert run.snapshot["data"][0]["catalog_path"] == str(path)
    stored = BacktestRunConfig.parse(json.dumps(run.snapshot["run_config"]))
    assert configs.to_plain(stored) == configs.to_plain(config)
    BacktestNode(configs=[stored]).run()
    first, second = saved(connection)
    assert first.config_hash == second.config_hash
    assert first.engine_figures == second.engine_figures


@pytest.mark.parametrize("chunk_size", [None, 25])
def test_streamed_from_a_catalog_or_not_it_is_the_same(
    connection: psycopg.Connection[Any], tmp_path: Path, chunk_size: int | None
) -> None:
    path = backtests.catalog(tmp_path / "catalog")
    BacktestNode(configs=[backtests.run_config(path, chunk_size=chunk_size)]).run()
    engine = backtests.engine(backtests.cycle())
    engine.run()
    node, low_level = saved(connection)
    assert {name: getattr(node, name) for name in METRIC_NAMES} == {
        name: getattr(low_level, name) for name in METRIC_NAMES
    }
    assert (node.data_start, node.data_end) == (low_level.data_start, low_level.data_end)
    assert node.config_hash == low_level.config_hash
    engine.dispose()


def test_a_stream_that_nobody_watched_has_no_metrics_and_says_why(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    from btsql.adapters import hooks

    hooks.uninstall()
    node = BacktestNode(
        configs=[backtests.run_config(backtests.catalog(tmp_path / "catalog"), chunk_size=25)]
    )
    node.build()
    with btsql.recording(node):
        node.run()
    run = only_run(connection)
    assert (run.status, run.total_return) == ("success", None)
    reason = (run.rejected_metrics or {})["total_return"]["reason"]
    assert reason == "the engine held no market data any more"
    assert (str(run.data_start), str(run.data_end)) == (
        "2024-01-01 21:00:00+00:00",
        "2024-02-29 21:00:00+00:00",
    )


# ---- secrets


def test_passwords_and_keys_are_not_saved(connection: psycopg.Connection[Any], tmp_path: Path) -> None:
    path = backtests.catalog(tmp_path / "catalog")
    storage = {
        "key": "hunter2",
        "secret": "hunter2",
        "client": {"session_token": "hunter2"},
        "auto_mkdir": True,
    }
    BacktestNode(configs=[backtests.run_config(path, storage=storage)]).run()
    run = only_run(connection)
    assert "hunter2" not in everything(connection)
    assert run.snapshot["data"][0]["catalog_fs_storage_options"] == {
        "key": "not saved",
        "secret": "not saved",
        "client": {"session_token": "not saved"},
        "auto_mkdir": True,
    }


def test_a_password_of_the_engines_database_is_not_saved() -> None:
    config = CacheConfig(database=DatabaseConfig(username="me", password="hunter2"))
    shown = configs.importable(config)["database"]
    assert (shown["username"], shown["password"]) == ("me", "not saved")


def test_what_a_strategy_calls_a_token_is_a_parameter() -> None:
    strategy = ImportableStrategyConfig(
        strategy_path="backtests:Cycle", config_path="backtests:CycleConfig", config={"token": "DOGE"}
    )
    shown = configs.importable(backtests.engine_config(strategies=[strategy]))
    assert shown["strategies"][0]["config"] == {"token": "DOGE"}


def everything(connection: psycopg.Connection[Any]) -> str:
    """Return all that is stored, as one text."""
    (text,) = connection.execute(
        "SELECT string_agg(run::text, '') FROM btsql.backtest_run AS run"
    ).fetchone() or ("",)
    return str(text)


def test_the_start_and_the_end_of_a_run_tell_the_same_of_its_data(
    connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    starts: list[RunRecord] = []
    monkeypatch.setattr(Recorder, "start", lambda _, record: starts.append(record))
    engine = backtests.engine(backtests.cycle(), engine_class=RecordedEngine)
    engine.add_instrument(IBM)  # of which there is no data
    engine.run(start="2024-01-10", end="2024-02-10")
    (start,), end = starts, only_run(connection)
    assert list(start.instruments or ()) == end.instruments == ["AAPL.XNAS"]
    assert (start.data_start, start.data_end) == (end.data_start, end.data_end)
    assert plain(start.snapshot)["data"] == end.snapshot["data"]
    assert end.snapshot["data"][0]["items"] == 31
    environments = [told.environment or {} for told in (start, end)]
    assert environments[0]["data_fingerprint"] == environments[1]["data_fingerprint"]
