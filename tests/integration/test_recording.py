"""Every way to have a Nautilus run saved, and every way such a run ends."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.backtest.node import BacktestNode

import backtests
import btsql
from btsql.adapters import capture, hooks, saving
from btsql.adapters.closes import Closes
from btsql.adapters.equity import rebuild
from btsql.database import Target
from btsql.errors import UsageError
from btsql.metrics import METRIC_NAMES, measure
from btsql.recorder import recorder
from btsql.run_details import RunDetails
from btsql.runs import get_run, list_runs

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("default_database")]

ROOT = Path(__file__).resolve().parents[2]
FAILING_PLACES = ("on_start", "on_bar", "on_stop", "on_timer", "on_order_filled")


def only_run(connection: psycopg.Connection[Any]) -> RunDetails:
    """Return the only run there is."""
    (run,) = list_runs(connection)
    return get_run(connection, str(run.run_id))


def made_by_autosave(*strategies: Any, **options: Any) -> BacktestEngine:
    """Return an engine of the class that autosave has put in place."""
    btsql.autosave()
    return backtests.engine(*strategies, engine_class=hooks.RecordedEngine, **options)


# ---- the three ways


def test_record_run_saves_an_ended_run_once(connection: psycopg.Connection[Any]) -> None:
    engine = backtests.engine(backtests.cycle())
    engine.run()
    first, second = btsql.record_run(engine), btsql.record_run(engine)
    assert first == second == only_run(connection).run_id
    engine.dispose()


def test_record_run_refuses_an_engine_that_has_ended_nothing() -> None:
    engine = backtests.engine(backtests.cycle())
    with pytest.raises(UsageError, match="has not ended a run"):
        btsql.record_run(engine)
    engine.dispose()


def test_recording_saves_a_run_of_an_engine_made_before(connection: psycopg.Connection[Any]) -> None:
    engine = backtests.engine(backtests.cycle())
    with btsql.recording(engine):
        engine.run()
    assert only_run(connection).status == "success"
    engine.dispose()


def test_a_run_whose_error_is_caught_inside_the_block_is_not_lost(
    connection: psycopg.Connection[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    engine = backtests.engine(backtests.cycle(fail_in="on_bar"))
    with btsql.recording(engine), contextlib.suppress(backtests.Trouble):
        engine.run()
    run = only_run(connection)
    assert (run.status, run.error_type) == ("interrupted", "NotEnded")
    assert "caught inside the block" in (run.error_message or "")
    assert "saved run" in capsys.readouterr().err
    engine.dispose()


def test_autosave_tells_of_engines_that_it_will_not_see(capsys: pytest.CaptureFixture[str]) -> None:
    hooks.uninstall()
    ended, gone, waiting = (backtests.engine(backtests.cycle()) for _ in range(3))
    ended.run()
    gone.dispose()
    btsql.autosave()
    btsql.autosave()
    told = capsys.readouterr().err
    assert told.count("1 backtest engine was made before btsql.autosave(): what they run is not saved") == 1
    for engine in (ended, waiting):
        engine.dispose()
    hooks.uninstall()
    btsql.autosave()
    assert capsys.readouterr().err == ""


def test_autosave_passes_over_engines_that_cannot_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    hooks.uninstall()
    waiting, half_made = backtests.engine(backtests.cycle()), BacktestEngine.__new__(BacktestEngine)
    btsql.autosave()
    told = capsys.readouterr().err
    assert told.startswith("btsql: 1 backtest engine was made before btsql.autosave()"), "it is no engine yet"
    del half_made
    waiting.dispose()


def test_autosave_works_though_nobody_can_look_for_engines(
    connection: psycopg.Connection[Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def get_objects() -> list[Any]:
        raise MemoryError("no list of that length")

    hooks.uninstall()
    monkeypatch.setattr("btsql.adapters.hooks.gc.get_objects", get_objects)
    made_by_autosave(backtests.cycle()).run()
    told = capsys.readouterr().err
    assert "engines made before btsql.autosave() could not be looked for: MemoryError" in told
    assert only_run(connection).status == "success"


def test_recording_says_when_nothing_ran(
    connection: psycopg.Connection[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    engine = backtests.engine(backtests.cycle())
    with btsql.recording(engine):
        pass
    assert "nothing to save" in capsys.readouterr().err
    assert list_runs(connection) == []
    engine.dispose()


def test_recording_refuses_what_is_no_engine() -> None:
    with (
        pytest.raises(UsageError, match="takes a BacktestEngine or a BacktestNode, not str"),
        btsql.recording("x"),
    ):
        pass


def test_autosave_saves_each_run_and_nothing_twice(connection: psycopg.Connection[Any]) -> None:
    engine = made_by_autosave(backtests.cycle())
    btsql.autosave()
    with btsql.recording(engine):
        engine.run()
    assert btsql.record_run(engine) == only_run(connection).run_id
    engine.reset()
    engine.run()
    assert len(list_runs(connection)) == 2
    engine.dispose()


def test_autosave_reaches_classes_that_were_imported_before_and_uninstall_gives_them_back() -> None:
    before = BacktestEngine
    btsql.autosave()
    assert globals()["BacktestEngine"] is hooks.RecordedEngine
    assert vars(backtests)["BacktestEngine"] is hooks.RecordedEngine
    hooks.uninstall()
    assert globals()["BacktestEngine"] is before


SCRIPT = """
from nautilus_trader.backtest.engine import BacktestEngine
import backtests
import btsql

class Mine(backtests.Cycle):
    pass

btsql.autosave()
strategy = Mine(backtests.CycleConfig(instrument_id=backtests.AAPL.id))
engine = backtests.engine(strategy, engine_class=BacktestEngine)
engine.run()
print(engine.get_result().total_orders)
"""


def test_a_script_of_a_user_needs_one_line(
    connection: psycopg.Connection[Any], database: Target, tmp_path: Path
) -> None:
    script = tmp_path / "mine.py"
    script.write_text(SCRIPT)
    path = os.pathsep.join([os.fspath(ROOT / "tests"), os.fspath(ROOT / "python")])
    environment = os.environ | {"BTSQL_DSN": database.conninfo, "PYTHONPATH": path}
    result = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    run = only_run(connection)
    assert f"btsql: saved run {run.short_id[:8]} (success" in result.stderr
    assert f"btsql show {run.short_id[:8]}" in result.stderr
    assert run.strategy_type == "Mine"
    assert "defined in a script" in str(run.snapshot["not_captured"])


# ---- how a run ends


@pytest.mark.parametrize("place", FAILING_PLACES)
def test_a_failure_is_saved_and_its_exception_goes_on(
    connection: psycopg.Connection[Any], place: str
) -> None:
    engine = made_by_autosave(backtests.cycle(fail_in=place))
    with pytest.raises(backtests.Trouble) as caught:
        engine.run()
    assert caught.value is backtests.RAISED[-1]
    run = only_run(connection)
    assert (run.status, run.error_type, run.error_message) == ("failure", "Trouble", "told to fail")
    assert run.error_traceback is not None
    assert f"in {place}" in run.error_traceback
    assert run.total_return is None


def test_an_interrupt_is_called_one_and_goes_on(connection: psycopg.Connection[Any]) -> None:
    engine = made_by_autosave(backtests.cycle(fail_in="on_bar", kind="KeyboardInterrupt"))
    with pytest.raises(KeyboardInterrupt):
        engine.run()
    assert only_run(connection).status == "interrupted"


def test_an_early_stop_is_a_failure(connection: psycopg.Connection[Any]) -> None:
    engine = made_by_autosave(backtests.cycle(fail_in="shutdown"))
    engine.run()
    run = only_run(connection)
    assert (run.status, run.error_type) == ("failure", "stopped_early")
    engine.dispose()


def test_an_engine_without_data_has_nothing_to_measure(connection: psycopg.Connection[Any]) -> None:
    engine = made_by_autosave(data=[])
    engine.run()
    run = only_run(connection)
    assert (run.status, run.error_type) == ("failure", "nothing_to_measure")
    engine.dispose()


def test_a_streaming_run_is_one_run_of_all_its_data(connection: psycopg.Connection[Any]) -> None:
    whole = made_by_autosave(backtests.cycle())
    whole.run()
    whole.dispose()
    streamed = made_by_autosave(backtests.cycle(), data=backtests.bars()[:1])
    streamed.clear_data()
    items = backtests.bars()
    for first in (0, 20, 40):
        streamed.add_data(items[first : first + 20])
        streamed.run(streaming=True)
        streamed.clear_data()
    streamed.end()
    streamed.dispose()
    two, one = (get_run(connection, str(run.run_id)) for run in list_runs(connection))
    assert {name: getattr(two, name) for name in METRIC_NAMES} == {
        name: getattr(one, name) for name in METRIC_NAMES
    }


# ---- nodes


def test_a_node_saves_each_configuration(
    connection: psycopg.Connection[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalog = backtests.catalog(tmp_path / "catalog")
    good = backtests.run_config(catalog)
    streamed = backtests.run_config(catalog, chunk_size=20)
    broken = backtests.run_config(catalog, fail_in="on_bar")
    unbuilt = backtests.run_config(catalog, fail_in="__init__")
    node = BacktestNode(configs=[good, streamed, broken, unbuilt])
    with btsql.recording(node):
        results = node.run()
    assert len(results) == 2
    runs = list_runs(connection)
    assert sorted(run.status for run in runs) == ["failure", "failure", "success", "success"]
    assert {run.total_return for run in runs if run.status == "success"} != {None}
    assert all(run.strategy_type == "Cycle" for run in runs)
    assert capsys.readouterr().err.count("btsql: saved run") == 4


def test_a_node_that_raises_still_raises(connection: psycopg.Connection[Any], tmp_path: Path) -> None:
    catalog = backtests.catalog(tmp_path / "catalog")
    config = backtests.run_config(catalog, raise_exception=True, fail_in="on_bar")
    node = BacktestNode(configs=[config])
    with pytest.raises(backtests.Trouble), btsql.recording(node):
        node.run()
    assert only_run(connection).status == "failure"


def test_a_node_built_before_is_saved_too(connection: psycopg.Connection[Any], tmp_path: Path) -> None:
    node = BacktestNode(configs=[backtests.run_config(backtests.catalog(tmp_path / "catalog"))])
    node.build()
    with btsql.recording(node):
        node.run()
    run = only_run(connection)
    assert (run.status, run.data_source) == ("success", "catalog")
    assert run.total_return is not None


# ---- what is saved


def test_the_record_says_what_was_run(connection: psycopg.Connection[Any]) -> None:
    engine = made_by_autosave(backtests.cycle(order_id_tag="007", every=8))
    engine.run()
    run = only_run(connection)
    closes = Closes()
    closes.feed(engine.data)
    portfolio = rebuild(engine.cache, closes)
    measured = measure(portfolio.curve, portfolio.trades)
    assert {name: getattr(run, name) for name in METRIC_NAMES} == measured.metrics
    assert set(run.rejected_metrics or {}) == set(measured.undefined)
    assert run.parameters == {
        "instrument_id": "AAPL.XNAS",
        "every": 8,
        "hold": 4,
        "quantity": 10,
        "threshold": 0.25,
        "fail_in": None,
        "kind": "Trouble",
        "message": "told to fail",
    }
    assert run.instruments == ["AAPL.XNAS"]
    assert (float(run.initial_capital or 0), run.currency, run.data_source) == (10_000, "USD", "memory")
    assert run.strategy_path == "backtests:Cycle"
    assert (run.engine_figures or {})["total_orders"] == engine.get_result().total_orders
    assert run.snapshot["venues"][0]["oms_type"] == "NETTING"
    assert run.snapshot["strategies"][0]["config_path"] == "backtests:CycleConfig"
    assert set(run.environment or {}) >= {"btsql", "nautilus_trader", "python"}
    engine.dispose()


def test_the_identity_is_the_same_on_every_engine_line(connection: psycopg.Connection[Any]) -> None:
    engine = made_by_autosave(backtests.cycle())
    engine.run()
    assert only_run(connection).config_hash == IDENTITY
    engine.dispose()


IDENTITY = "f96ee18e72c91e04790e8b6be0cfefdf32810d9fab2184cd2d7ea094f4f07e6c"


def test_the_range_asked_for_is_the_one_recorded(connection: psycopg.Connection[Any]) -> None:
    engine = made_by_autosave(backtests.cycle())
    engine.run(start="2024-01-10", end="2024-02-10")
    run = only_run(connection)
    assert (str(run.data_start), str(run.data_end)) == (
        "2024-01-10 00:00:00+00:00",
        "2024-02-10 00:00:00+00:00",
    )
    assert run.total_trades is not None
    assert run.total_trades < 10
    engine.dispose()


def test_recording_changes_nothing_in_the_backtest() -> None:
    figures = []
    for make in (backtests.engine, made_by_autosave):
        engine = make(backtests.cycle())
        engine.run()
        result = engine.get_result()
        fills = engine.trader.generate_fills_report().drop(columns=["event_id"], errors="ignore")
        figures.append((repr(result.stats_pnls), repr(result.stats_returns), fills.astype(str).to_csv()))
        engine.dispose()
    assert figures[0] == figures[1]


# ---- when saving goes wrong


def test_a_dead_database_changes_nothing_and_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recorder().close()
    monkeypatch.setenv("BTSQL_DSN", "postgresql://someone:s3cret@127.0.0.1:9/nowhere")
    engine = made_by_autosave(backtests.cycle())
    engine.run()
    assert engine.get_result().total_orders > 0
    with pytest.raises(backtests.Trouble):
        made_by_autosave(backtests.cycle(fail_in="on_bar")).run()
    told = capsys.readouterr().err
    assert told.count("this run is NOT IN THE DATABASE YET: cannot connect") == 2
    assert "saved run" not in told
    assert "s3cret" not in told
    engine.dispose()


def test_a_defect_of_ours_does_not_reach_the_backtest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(saving, "describe_run", backtests.broken)
    engine = made_by_autosave(backtests.cycle())
    engine.run()
    assert (
        "NOT SAVED: it could not be read from the engine: RuntimeError: a defect" in capsys.readouterr().err
    )
    engine.dispose()


@pytest.mark.parametrize("message", ["nul \x00 nul", "half \ud800 pair", "\x1b[31mred", "long " * 400_000])
def test_any_text_of_an_error_is_kept(connection: psycopg.Connection[Any], message: str) -> None:
    engine = made_by_autosave(backtests.cycle(fail_in="on_bar", message=message.replace("\ud800", "\\ud800")))
    with pytest.raises(backtests.Trouble):
        engine.run()
    kept = only_run(connection).error_message or ""
    assert len(kept) >= len(message)
    assert "\x00" not in kept


def test_several_strategies_and_none_are_recorded(connection: psycopg.Connection[Any]) -> None:
    two = made_by_autosave(backtests.cycle(order_id_tag="1"), backtests.cycle(order_id_tag="2", every=9))
    two.run()
    two.dispose()
    none = made_by_autosave()
    none.run()
    none.dispose()
    without, several = list_runs(connection)
    assert (without.strategy_type, several.strategy_type) == ("no_strategy", "Cycle+Cycle")
    parameters = get_run(connection, str(several.run_id)).parameters
    assert parameters["1_Cycle"]["every"] == 6
    assert parameters["2_Cycle"]["every"] == 9


def test_labels_are_no_parameters() -> None:
    from nautilus_trader.config import StrategyConfig

    assert capture.strategy_parameters(StrategyConfig(order_id_tag="9", log_events=False)) == {}
