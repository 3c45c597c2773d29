"""What the hooks put in place and take away, what is saved where and how often, and what is told.

The ways to have a run saved, at their simplest, are in test_recording.py.
"""

from __future__ import annotations

import importlib.util
import io
import sys
import time
from types import ModuleType
from typing import TYPE_CHECKING, Any

import nautilus_trader.backtest.engine as engine_module
import psycopg
import pytest
from nautilus_trader.backtest.node import BacktestNode

import backtests
import btsql
import btsql.recorder as recorder_module
from backtests import only_run, saved
from btsql.adapters import backtest, engines, hooks
from btsql.database import connect
from btsql.errors import RunWaits
from btsql.metrics import METRIC_NAMES
from btsql.recorder import close_recorders
from btsql.request import from_mapping
from btsql.runs import list_runs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from btsql.database import Target
    from btsql.run_details import RunDetails

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("default_database")]

ORIGINAL = {"class": engine_module.BacktestEngine}  # not by its name, which autosave looks for everywhere
NODE_METHODS = {
    name: getattr(BacktestNode, name) for name in ("_create_engine", "_run_oneshot", "_run_streaming")
}
DEAD = "postgresql://someone:s3cret@127.0.0.1:9/nowhere"


def is_installed() -> bool:
    """Tell whether engines and nodes are watched; both or neither."""
    patched = engine_module.BacktestEngine is not ORIGINAL["class"]
    assert {getattr(BacktestNode, name) is not method for name, method in NODE_METHODS.items()} == {patched}
    return patched


# ---- what is put in place


def test_autosave_twice_is_undone_once() -> None:
    btsql.autosave()
    btsql.autosave()
    assert is_installed()
    hooks.uninstall()
    assert not is_installed()
    hooks.uninstall()
    assert not is_installed()


def test_a_class_imported_under_another_name_is_replaced_too(monkeypatch: pytest.MonkeyPatch) -> None:
    users: Any = ModuleType("users")
    users.Engine = users.BacktestEngine = engine_module.BacktestEngine
    users.Other = engine_module.BacktestEngineConfig
    monkeypatch.setitem(sys.modules, "users", users)
    btsql.autosave()
    assert users.Engine is users.BacktestEngine is hooks.RecordedEngine
    assert users.Other is engine_module.BacktestEngineConfig
    hooks.uninstall()
    assert users.Engine is users.BacktestEngine is ORIGINAL["class"]


def test_looking_for_imports_loads_no_lazy_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lazy_one.py").write_text("raise RuntimeError('loaded')")
    spec = importlib.util.spec_from_file_location("lazy_one", tmp_path / "lazy_one.py")
    assert spec is not None
    assert spec.loader is not None
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "lazy_one", module)
    spec.loader.exec_module(module)
    btsql.autosave()
    with pytest.raises(RuntimeError, match="loaded"):
        _ = module.anything


def test_autosave_outlives_a_block_that_it_is_called_in(tmp_path: Path) -> None:
    node = BacktestNode(configs=[backtests.run_config(backtests.catalog(tmp_path / "catalog"))])
    with btsql.recording(node):
        assert is_installed()
        btsql.autosave()
    assert is_installed()
    hooks.uninstall()
    assert not is_installed()


def test_a_block_inside_a_block_ends_with_the_outer_one(tmp_path: Path) -> None:
    path = backtests.catalog(tmp_path / "catalog")
    one, two = (BacktestNode(configs=[backtests.run_config(path, every=every)]) for every in (6, 7))
    with btsql.recording(one):
        with btsql.recording(two):
            pass
        assert is_installed()
    assert not is_installed()


def test_the_engine_in_place_is_still_what_users_expect() -> None:
    btsql.autosave()
    engine = backtests.engine()
    assert isinstance(engine, engine_module.BacktestEngine)
    assert isinstance(engine, ORIGINAL["class"])
    assert repr(type(engine)) == "<class 'nautilus_trader.backtest.engine.BacktestEngine'>"
    engine.dispose()


def test_a_class_of_the_users_own_is_saved(connection: psycopg.Connection[Any]) -> None:
    btsql.autosave()

    base: Any = engine_module.BacktestEngine  # as a user's import finds it now

    class Mine(base):
        def run(self, *arguments: Any, **named: Any) -> None:
            super().run(*arguments, **named)

    engine = backtests.engine(backtests.cycle(), engine_class=Mine)
    engine.run()
    assert only_run(connection).status == "success"
    engine.dispose()


def test_an_engine_made_while_watched_goes_on_saving(connection: psycopg.Connection[Any]) -> None:
    btsql.autosave()
    engine = backtests.engine(backtests.cycle())
    hooks.uninstall()
    engine.run()
    assert only_run(connection).status == "success"
    engine.dispose()
    later = backtests.engine(backtests.cycle())
    later.run()
    assert len(saved(connection)) == 1
    later.dispose()


# ---- with btsql.recording(engine), of an engine that was made before


def test_what_is_raised_after_the_run_is_no_fault_of_the_run(connection: psycopg.Connection[Any]) -> None:
    engine = backtests.engine(backtests.cycle())
    wrong = RuntimeError("the plot failed")
    with pytest.raises(RuntimeError) as caught, btsql.recording(engine):
        engine.run()
        raise wrong
    assert caught.value is wrong
    assert only_run(connection).status == "success"
    engine.dispose()


def test_a_run_that_fails_in_the_block(connection: psycopg.Connection[Any]) -> None:
    engine = backtests.engine(backtests.cycle(fail_in="on_bar"))
    with pytest.raises(backtests.Trouble) as caught, btsql.recording(engine):
        engine.run(start="2024-01-03")
    assert caught.value is backtests.RAISED[-1]
    run = only_run(connection)
    assert (run.status, run.error_type, run.instruments) == ("failure", "Trouble", ["AAPL.XNAS"])
    assert str(run.data_start) == "2024-01-03 00:00:00+00:00"


@pytest.mark.parametrize("watched", [False, True])
def test_a_block_that_fails_before_its_run(connection: psycopg.Connection[Any], *, watched: bool) -> None:
    if watched:
        btsql.autosave()
    engine = backtests.engine()
    with pytest.raises(backtests.Trouble), btsql.recording(engine):
        engine.add_strategy(backtests.cycle(fail_in="__init__"))
    run = only_run(connection)
    assert (run.status, run.error_type, run.strategy_type) == ("failure", "Trouble", "no_strategy")
    assert "in __init__" in (run.error_traceback or "")
    engine.dispose()


def test_a_run_before_the_block_is_not_the_blocks(
    connection: psycopg.Connection[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    engine = backtests.engine(backtests.cycle())
    engine.run()
    with btsql.recording(engine):
        pass
    assert "nothing to save" in capsys.readouterr().err
    with btsql.recording(engine):
        engine.reset()
    assert "nothing to save" in capsys.readouterr().err
    assert saved(connection) == []
    engine.dispose()


def test_a_run_that_is_reset_in_the_block_is_missed_and_that_is_told(
    connection: psycopg.Connection[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    engine = backtests.engine(backtests.cycle())
    with btsql.recording(engine):
        engine.run()
        engine.reset()
        engine.run()
    told = capsys.readouterr().err
    assert told.count("NOT SAVED: the engine was reset") == 1
    assert told.count("saved run") == 1
    assert len(saved(connection)) == 1
    assert "reset" not in engine.trader.__dict__
    engine.dispose()


def test_record_run_before_each_reset_saves_all(
    connection: psycopg.Connection[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    engine = backtests.engine(backtests.cycle())
    with btsql.recording(engine):
        for _ in range(3):
            engine.run()
            btsql.record_run(engine)
            engine.reset()
    assert len(saved(connection)) == 3
    assert "NOT SAVED" not in capsys.readouterr().err
    engine.dispose()


def test_record_run_and_the_block_save_a_run_once(connection: psycopg.Connection[Any]) -> None:
    engine = backtests.engine(backtests.cycle())
    with btsql.recording(engine):
        engine.run()
        run_id = btsql.record_run(engine)
    assert only_run(connection).run_id == run_id
    engine.dispose()


# ---- once, and where


def outcome(run: RunDetails) -> dict[str, Any]:
    names = (
        "status", "strategy_type", "strategy_path", "parameters", "config_hash", "instruments", "data_start",
        "data_end", "initial_capital", "currency", "data_source", "engine_figures", *METRIC_NAMES,
    )  # fmt: skip
    return {name: getattr(run, name) for name in names}


def by_record_run(**asked: Any) -> None:
    engine = backtests.engine(backtests.cycle())
    engine.run(**asked)
    btsql.record_run(engine)
    engine.dispose()


def by_recording(**asked: Any) -> None:
    engine = backtests.engine(backtests.cycle())
    with btsql.recording(engine):
        engine.run(**asked)
    engine.dispose()


def by_autosave(**asked: Any) -> None:
    btsql.autosave()
    engine = backtests.engine(backtests.cycle())
    engine.run(**asked)
    engine.dispose()


@pytest.mark.parametrize("asked", [{}, {"start": "2024-01-20T21:00:00Z", "end": "2024-02-10T21:00:00Z"}])
def test_every_way_saves_the_same(connection: psycopg.Connection[Any], asked: dict[str, str]) -> None:
    ways: list[Callable[..., None]] = [by_record_run, by_recording, by_autosave]
    for way in ways:
        way(**asked)
    one, two, three = map(outcome, saved(connection))
    assert one["total_return"] is not None
    assert one["total_trades"] > 0
    assert one == two == three


def test_going_on_without_reset_is_the_run_that_is_saved(
    connection: psycopg.Connection[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    btsql.autosave()
    engine = backtests.engine(backtests.cycle())
    for _ in range(3):
        engine.run()
    told = capsys.readouterr().err
    assert told.count("saved run") == 1
    assert told.count(f"without reset(): run {only_run(connection).short_id[:8]} stays as it was saved") == 1
    engine.dispose()


def test_record_run_saves_into_the_database_it_is_told(
    connection: psycopg.Connection[Any], another_database: Target
) -> None:
    btsql.autosave()
    engine = backtests.engine(backtests.cycle())
    engine.run()
    first = btsql.record_run(engine)
    second = btsql.record_run(engine, dsn=another_database.conninfo)
    assert btsql.record_run(engine, dsn=another_database.conninfo) == second
    assert only_run(connection).run_id == first
    with connect(another_database) as other:
        assert only_run(other).run_id == second
    engine.dispose()


def test_record_run_raises_what_went_wrong_and_can_be_called_again(
    connection: psycopg.Connection[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    engine = backtests.engine(backtests.cycle())
    engine.run()
    with pytest.raises(RunWaits, match="cannot connect") as caught:
        btsql.record_run(engine, dsn=DEAD)
    assert "s3cret" not in f"{caught.value} {caught.value.hint}"
    assert capsys.readouterr().err == ""
    assert btsql.record_run(engine) == only_run(connection).run_id
    engine.dispose()


def test_a_run_that_was_not_saved_can_be_saved_later(
    connection: psycopg.Connection[Any],
    default_database: Target,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("BTSQL_DSN", DEAD)
    btsql.autosave()
    engine = backtests.engine(backtests.cycle())
    engine.run()
    assert "NOT IN THE DATABASE YET: cannot connect" in capsys.readouterr().err
    monkeypatch.setenv("BTSQL_DSN", default_database.conninfo)
    assert btsql.record_run(engine) == only_run(connection).run_id
    assert "saved run" in capsys.readouterr().err
    engine.dispose()


def test_a_connection_that_breaks_between_two_runs_is_replaced(
    connection: psycopg.Connection[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    btsql.autosave()
    engine = backtests.engine(backtests.cycle())
    engine.run()
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    engine.reset()
    engine.run()
    assert len(saved(connection)) == 2
    assert "NOT SAVED" not in capsys.readouterr().err
    engine.dispose()


def test_a_second_run_of_btsqls_own_engine_is_a_run_of_its_own(connection: psycopg.Connection[Any]) -> None:
    request = from_mapping(
        {"strategy": "sma_crossover", "instrument": "AAPL.XNAS", "data": "mock:1", "end": "2020-12-31"}
    )
    built = backtest.build(request, engine_class=hooks.RecordedEngine, log_level="OFF")
    context = hooks.prepare(built)
    built.engine.run()
    built.engine.reset()
    built.engine.run()
    first, second = saved(connection)
    assert context.saved_id == first.run_id
    assert (first.data_source, second.data_source) == ("mock", "memory")
    assert first.total_return == second.total_return is not None
    built.engine.dispose()


# ---- what is told


def test_the_duration_of_a_run_is_without_what_the_recorder_takes(
    connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def take_time(*_: object) -> None:
        time.sleep(1)

    monkeypatch.setattr(engines, "tell_of_duplicate", take_time)
    btsql.autosave()
    engine = backtests.engine(backtests.cycle())
    began = time.perf_counter()
    engine.run()
    duration = only_run(connection).duration_seconds
    assert duration is not None
    assert float(duration) < time.perf_counter() - began - 1


def test_the_confirmation_comes_after_the_commit(
    connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs_when_told = []

    class Terminal(io.StringIO):
        def write(self, text: str) -> int:
            runs_when_told.append((text, len(list_runs(connection))))
            return len(text)

    monkeypatch.setattr(sys, "stderr", Terminal())
    btsql.autosave()
    engine = backtests.engine(backtests.cycle())
    engine.run()
    ((text, count),) = runs_when_told
    short_id = only_run(connection).short_id[:8]
    assert count == 1
    assert text.startswith(f"btsql: saved run {short_id} (success, Cycle, AAPL.XNAS, return +0.06%")
    assert text.endswith(f"see it with: btsql show {short_id}\n")
    engine.dispose()


class Broken(io.StringIO):
    def write(self, _text: str) -> int:
        raise RuntimeError("no terminal")


@pytest.mark.parametrize("stderr", [None, Broken(), io.TextIOWrapper(io.BytesIO(), encoding="ascii")])
def test_a_terminal_that_cannot_be_written_to_is_no_reason_to_fail(
    connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch, stderr: Any
) -> None:
    monkeypatch.setattr(sys, "stderr", stderr)
    btsql.autosave()
    engine = backtests.engine(backtests.cycle(fail_in="on_bar", message="no 日本 in ascii"))
    with pytest.raises(backtests.Trouble):
        engine.run()
    assert only_run(connection).error_message == "no 日本 in ascii"


def test_a_database_without_the_schema_is_told_with_what_to_type(
    empty_database: Target, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BTSQL_DSN", empty_database.conninfo)
    btsql.autosave()
    engine = backtests.engine(backtests.cycle())
    engine.run()
    told = capsys.readouterr().err
    assert "NOT IN THE DATABASE YET: database " in told
    assert "`btsql init`" in told
    close_recorders()
    engine.dispose()


def test_a_node_without_a_database_tells_of_each_run_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    attempts = []

    def counted(target: Target, **options: Any) -> psycopg.Connection[Any]:
        attempts.append(target)
        return connect(target, **options)

    monkeypatch.setattr(recorder_module, "connect", counted)
    monkeypatch.setattr(recorder_module, "PATIENCE", 0)  # a slow machine would wait before the next attempt
    monkeypatch.setenv("BTSQL_DSN", DEAD)
    path = backtests.catalog(tmp_path / "catalog")
    places = (None, "on_start", "on_bar", "__init__")
    node = BacktestNode(configs=[backtests.run_config(path, fail_in=place) for place in places])
    with btsql.recording(node):
        assert len(node.run()) == 1
    told = capsys.readouterr().err
    assert told.count("NOT IN THE DATABASE YET: cannot connect") == 4
    assert told.count("the start of this run is not in the database") == 1
    assert "saved run" not in told
    assert "s3cret" not in told
    assert len(attempts) == 7  # three were started, four ended


def test_a_dsn_that_cannot_be_read_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BTSQL_DSN", "postgresql://someone:s3cret%zz@host/db")
    engine = backtests.engine(backtests.cycle())
    with btsql.recording(engine):
        engine.run()
    told = capsys.readouterr().err
    assert "NOT IN THE DATABASE YET: the DSN cannot be read" in told
    assert "s3cret" not in told
    engine.dispose()
