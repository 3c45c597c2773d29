"""Runs that do not end well: what is saved of them, and that the user's own code never notices."""

from __future__ import annotations

import signal
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import nautilus_trader.backtest.engine as engine_module
import psycopg
import pytest
from nautilus_trader.backtest.node import BacktestNode
from nautilus_trader.config import ImportableStrategyConfig
from nautilus_trader.model.enums import AccountType

import backtests
import btsql
import records
from backtests import only_run, saved
from btsql.adapters import capture, engines, hooks, saving
from btsql.adapters.closes import Closes
from btsql.adapters.context import to_datetime
from btsql.metrics import METRIC_NAMES
from btsql.recorder import recorder
from btsql.spool import Entry, Spool
from meddling import interrupted_while_asleep, meddle_with

if TYPE_CHECKING:
    from pathlib import Path

    from btsql.database import Target
from types import ModuleType

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("default_database")]


@pytest.fixture(autouse=True)
def autosaved(default_database: object) -> None:
    btsql.autosave()


def raised_by(call: Any) -> BaseException:
    """Return what a call raises."""
    try:
        call()
    except BaseException as exc:  # noqa: BLE001
        return exc
    pytest.fail("nothing was raised")


def without_btsql(call: Any) -> BaseException:
    """Return what a call raises where nothing is saved."""
    hooks.uninstall()
    try:
        return raised_by(call)
    finally:
        btsql.autosave()


# ---- before the first bar


def test_an_engine_that_cannot_be_made_is_a_failed_run(connection: psycopg.Connection[Any]) -> None:
    strategy = ImportableStrategyConfig(
        strategy_path="backtests:Cycle",
        config_path="backtests:CycleConfig",
        config={"instrument_id": "AAPL.XNAS", "every": 9, "fail_in": "__init__", "order_id_tag": "007"},
    )
    with pytest.raises(backtests.Trouble) as caught:
        engine_module.BacktestEngine(backtests.engine_config(strategies=[strategy]))
    assert caught.value is backtests.RAISED[-1]
    run = only_run(connection)
    assert (run.status, run.error_type, run.strategy_type) == ("failure", "Trouble", "Cycle")
    assert "in __init__" in (run.error_traceback or "")
    # Every default is resolved, so that it is the same configuration as that of a run that went well.
    assert run.parameters == capture.strategy_parameters(backtests.cycle(every=9).config) | {
        "fail_in": "__init__"
    }
    assert (run.instruments, run.initial_capital) == (None, None)


@pytest.mark.parametrize(
    "asked", [{"start": "rubbish"}, {"end": object()}, {"start": "2024-02-01", "end": "2024-01-01"}]
)
def test_a_range_that_cannot_be_is_refused_by_the_engine_itself(
    connection: psycopg.Connection[Any], asked: dict[str, Any]
) -> None:
    expected = without_btsql(lambda: backtests.engine(backtests.cycle()).run(**asked))
    found = raised_by(lambda: backtests.engine(backtests.cycle()).run(**asked))
    assert (type(found), str(found)) == (type(expected), str(expected))
    run = only_run(connection)
    assert (run.status, run.error_type) == ("failure", type(expected).__name__)
    assert run.data_start is None or run.data_end is None or run.data_start <= run.data_end


# ---- stopped by the engine


def overdrawn() -> Any:
    """Return an engine whose two strategies together spend more cash than there is."""
    strategies = [backtests.cycle(quantity=80, order_id_tag=tag) for tag in ("1", "2")]
    return backtests.engine(*strategies, account=AccountType.CASH)


def test_an_account_error_stops_the_engine_early(connection: psycopg.Connection[Any]) -> None:
    engine = overdrawn()
    engine.run()
    run = only_run(connection)
    assert (run.status, run.error_type) == ("failure", "stopped_early")
    assert "2024-01-01 21:00" in (run.error_message or "")
    assert run.total_return is None
    assert run.engine_figures == {"iterations": 0, "total_events": 4, "total_orders": 2, "total_positions": 1}
    engine.dispose()


def test_an_account_error_leaves_a_streaming_run(connection: psycopg.Connection[Any]) -> None:
    engine = overdrawn()
    error = raised_by(lambda: engine.run(streaming=True))
    run = only_run(connection)
    assert (run.status, run.error_type) == ("failure", "AccountBalanceNegative")
    assert type(error).__name__ == run.error_type


def test_the_next_run_after_an_early_stop_is_judged_by_itself(connection: psycopg.Connection[Any]) -> None:
    for strategy in (backtests.cycle(fail_in="shutdown"), backtests.cycle()):
        engine = backtests.engine(strategy)
        engine.run()
        engine.dispose()
    assert [run.status for run in saved(connection)] == ["failure", "success"]


# ---- streams


def stream(engine: Any, size: int = 20) -> None:
    items = backtests.bars()
    engine.clear_data()
    for first in range(0, len(items), size):
        engine.add_data(items[first : first + size])
        engine.run(streaming=True)
        engine.clear_data()


def test_a_shutdown_in_a_stream_is_one_failure(
    connection: psycopg.Connection[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    engine = backtests.engine(backtests.cycle(fail_in="shutdown"))
    stream(engine, 6)
    if engine.run_finished is None:  # newer engines end themselves
        engine.end()
    run = only_run(connection)
    assert (run.status, run.error_type) == ("failure", "stopped_early")
    assert capsys.readouterr().err.count("stays as it was saved") <= 1
    engine.dispose()


def test_a_stream_that_fails_as_it_ends(connection: psycopg.Connection[Any]) -> None:
    engine = backtests.engine(backtests.cycle(fail_in="on_stop"))
    stream(engine)
    assert saved(connection) == []
    with pytest.raises(backtests.Trouble) as caught:
        engine.end()
    assert caught.value is backtests.RAISED[-1]
    run = only_run(connection)
    assert (run.status, run.error_type) == ("failure", "Trouble")
    assert run.data_end == datetime(2024, 2, 29, 21, tzinfo=UTC)


def test_a_stream_that_is_reset_ends_there(connection: psycopg.Connection[Any]) -> None:
    engine = backtests.engine(backtests.cycle())
    stream(engine)
    engine.reset()
    engine.add_data(backtests.bars())
    engine.run()
    first, second = saved(connection)
    assert (first.status, second.status) == ("success", "success")
    assert first.total_return == second.total_return is not None
    engine.dispose()


# ---- interruptions


@pytest.mark.parametrize("place", ["on_start", "on_bar", "on_order_filled", "on_stop"])
@pytest.mark.parametrize("kind", ["KeyboardInterrupt", "SystemExit"])
def test_an_interrupt_anywhere_goes_on(connection: psycopg.Connection[Any], kind: str, place: str) -> None:
    engine = backtests.engine(backtests.cycle(fail_in=place, kind=kind))
    assert raised_by(engine.run) is backtests.RAISED[-1]
    run = only_run(connection)
    assert (run.status, run.error_type) == ("interrupted", kind)
    assert run.total_return is None


@pytest.mark.parametrize(
    ("place", "step"), [(Closes, "feed"), (engines, "record_start"), (engines, "tell_of_duplicate")]
)
def test_an_interrupt_before_the_first_bar_is_recorded_and_spoils_no_later_run(
    connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch, place: Any, step: str
) -> None:
    engine = backtests.engine(backtests.cycle())
    with monkeypatch.context() as patched:
        patched.setattr(place, step, lambda *_: signal.raise_signal(signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):
            engine.run()
    assert only_run(connection).status == "interrupted"
    engine.run()
    first, second = saved(connection)
    assert {first.status, second.status} == {"interrupted", "success"}


@pytest.mark.parametrize("kind", ["KeyboardInterrupt", "RuntimeError"])
def test_a_part_of_the_data_never_passes_for_all_of_it(
    connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    read = Closes.feed
    stopped = {"KeyboardInterrupt": KeyboardInterrupt, "RuntimeError": RuntimeError}[kind]

    def stop_midway(closes: Closes, data: Any) -> None:
        read(closes, data[:20])
        monkeypatch.setattr(Closes, "feed", read)
        raise stopped

    engine = backtests.engine(backtests.cycle())
    monkeypatch.setattr(Closes, "feed", stop_midway)
    if stopped is KeyboardInterrupt:
        with pytest.raises(KeyboardInterrupt):
            engine.run()
    else:
        engine.run()
    run = only_run(connection)
    assert run.environment is not None
    assert "data_fingerprint" not in run.environment
    assert run.snapshot["data"] == [{"items": 0, "instruments": [], "bar_types": []}]
    assert run.instruments == ["AAPL.XNAS"]
    if stopped is KeyboardInterrupt:
        assert (run.status, run.data_start, run.data_end) == ("interrupted", None, None)
    else:
        assert (run.status, run.total_return) == ("success", None)
        assert run.data_end == to_datetime(backtests.bars()[-1].ts_init)


# ---- nodes


def test_a_node_that_raises_skips_the_rest(connection: psycopg.Connection[Any], tmp_path: Path) -> None:
    path = backtests.catalog(tmp_path / "catalog")
    node = BacktestNode(
        configs=[
            backtests.run_config(path, every=5),
            backtests.run_config(path, raise_exception=True, fail_in="on_bar"),
            backtests.run_config(path, every=7),
        ]
    )
    assert raised_by(node.run) is backtests.RAISED[-1]
    assert [(run.status, run.parameters["every"]) for run in saved(connection)] == [
        ("success", 5),
        ("failure", 6),
    ]


@pytest.mark.parametrize("chunk_size", [None, 20])
def test_a_node_goes_on_after_a_failure(
    connection: psycopg.Connection[Any], tmp_path: Path, chunk_size: int | None
) -> None:
    path = backtests.catalog(tmp_path / "catalog")
    configs = [
        backtests.run_config(path, chunk_size=chunk_size, fail_in=place, every=every)
        for every, place in enumerate(("on_start", None, "on_stop", "shutdown", None), 5)
    ]
    results = BacktestNode(configs=configs).run()
    assert len(results) == 3  # a shutdown is a result for the node
    endings = [(run.parameters["every"], run.status, run.error_type) for run in saved(connection)]
    assert endings == [
        (5, "failure", "Trouble"),
        (6, "success", None),
        (7, "failure", "Trouble"),
        (8, "failure", "stopped_early"),
        (9, "success", None),
    ]


def test_a_configuration_that_cannot_be_built_is_saved_once_a_run(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    path = backtests.catalog(tmp_path / "catalog")
    node = BacktestNode(configs=[backtests.run_config(path, fail_in="__init__"), backtests.run_config(path)])
    node.build()
    node.run()
    runs = {run.status: run for run in saved(connection)}
    assert sorted(run.status for run in saved(connection)) == ["failure", "success"]
    assert runs["failure"].parameters == runs["success"].parameters | {"fail_in": "__init__"}
    assert runs["failure"].data_source == "catalog"
    assert runs["failure"].snapshot["run_config"]["venues"][0]["name"] == "XNAS"


def test_a_configuration_that_cannot_be_built_raises_what_it_raised(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    path = backtests.catalog(tmp_path / "catalog")
    node = BacktestNode(configs=[backtests.run_config(path, raise_exception=True, fail_in="__init__")])
    assert raised_by(node.build) is backtests.RAISED[-1]
    assert raised_by(node.run) is backtests.RAISED[-1]
    assert only_run(connection).error_type == "Trouble"


def test_a_strategy_that_is_not_there_is_a_failed_run(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    path = backtests.catalog(tmp_path / "catalog")
    node = BacktestNode(configs=[backtests.run_config(path, strategy_path="no_such_module:Gone", every=9)])
    assert node.run() == []
    run = only_run(connection)
    assert (run.status, run.strategy_type, run.strategy_path) == ("failure", "Gone", "no_such_module:Gone")
    assert run.parameters["every"] == 9


def test_a_catalog_without_the_data_is_a_failed_run(
    connection: psycopg.Connection[Any], tmp_path: Path
) -> None:
    path = backtests.catalog(tmp_path / "catalog")
    BacktestNode(configs=[backtests.run_config(path, start="2030-01-01", end="2030-02-01")]).run()
    run = only_run(connection)
    assert (run.status, run.error_type, run.data_source) == ("failure", "nothing_to_measure", "catalog")
    assert run.error_message == "the engine ended without having had any market data"
    assert str(run.data_start) == "2030-01-01 00:00:00+00:00"


# ---- what the error says


def test_where_an_error_came_from_is_in_its_traceback(connection: psycopg.Connection[Any]) -> None:
    with pytest.raises(RuntimeError), btsql.recording(backtests.engine(backtests.cycle())):
        try:
            backtests.fail("the first")
        except backtests.Trouble as exc:
            raise RuntimeError("the second") from exc
    run = only_run(connection)
    assert (run.error_type, run.error_message) == ("RuntimeError", "the second")
    assert "Trouble: the first" in (run.error_traceback or "")
    assert "direct cause" in (run.error_traceback or "")


def test_a_text_of_megabytes_is_kept_whole_and_told_in_a_line(
    connection: psycopg.Connection[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    message = "\n".join(f"line {number}" for number in range(200_000))
    engine = backtests.engine(backtests.cycle(fail_in="on_bar", message=message))
    with pytest.raises(backtests.Trouble):
        engine.run()
    run = only_run(connection)
    assert run.error_message == message
    assert len(run.error_traceback or "") > len(message) > 2_000_000
    assert len(capsys.readouterr().err) < 400


def test_a_terminal_shows_control_characters_and_does_not_obey_them(
    connection: psycopg.Connection[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    message = "\x1b]0;title\x07\x1b[2J red \x9b31m \u202e back \r over \x00 \ud83d end"
    error = backtests.Trouble(message)
    with pytest.raises(backtests.Trouble), btsql.recording(backtests.engine(backtests.cycle())):
        raise error
    told = capsys.readouterr().err
    assert all(character.isprintable() or character == "\n" for character in told)
    assert "\\x1b]0;title\\x07\\x1b[2J red \\x9b31m \\u202e back" in told
    # The database keeps what it can, and shows what it cannot.
    kept = message.replace("\x00", "\\x00").replace("\ud83d", "\\ud83d")
    assert only_run(connection).error_message == kept
    assert error.args == (message,)


def test_a_password_is_neither_in_the_message_nor_in_the_lines_of_the_traceback(
    connection: psycopg.Connection[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    def login(**_: str) -> None:
        raise OSError("cannot reach postgresql://me:hunter2@db/x with password='hunter2'")

    with pytest.raises(OSError, match="hunter2"), btsql.recording(backtests.engine(backtests.cycle())):
        login(user="me", password="hunter2")
    run = only_run(connection)
    assert run.error_message == "cannot reach postgresql://me:***@db/x with password=***"
    assert 'login(user="me", password=***' in (run.error_traceback or "")
    assert "hunter2" not in f"{run} {capsys.readouterr().err}"


def test_an_error_without_a_readable_message_is_a_failure_all_the_same(
    connection: psycopg.Connection[Any],
) -> None:
    with pytest.raises(backtests.BadText), btsql.recording(backtests.engine(backtests.cycle())):
        raise backtests.BadText("hidden")
    run = only_run(connection)
    assert (run.error_type, run.error_message) == ("BadText", "(its message could not be read: RuntimeError)")


# ---- defects of ours


def test_a_defect_does_not_take_the_place_of_the_users_exception(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(saving, "describe_run", backtests.broken)
    engine = backtests.engine(backtests.cycle(fail_in="on_bar"))
    error = raised_by(engine.run)
    assert error is backtests.RAISED[-1]
    assert error.__cause__ is None
    assert (
        "NOT SAVED: it could not be read from the engine: RuntimeError: a defect" in capsys.readouterr().err
    )


@pytest.mark.parametrize(("module", "name"), [(saving, "describe_failure"), (engines, "venue_settings")])
def test_a_defect_does_not_reach_a_node(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    module: ModuleType,
    name: str,
) -> None:
    path = backtests.catalog(tmp_path / "catalog")
    monkeypatch.setattr(module, name, backtests.broken)
    node = BacktestNode(configs=[backtests.run_config(path), backtests.run_config(path, fail_in="__init__")])
    assert len(node.run()) == 1
    assert "RuntimeError: a defect" in capsys.readouterr().err


def test_a_defect_with_a_venue_or_a_chunk_does_not_reach_the_engine(
    connection: psycopg.Connection[Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(engines, "venue_settings", backtests.broken)
    engine = backtests.engine(backtests.cycle())
    with monkeypatch.context() as patch:
        patch.setattr(Closes, "feed", backtests.broken)
        stream(engine, 30)
    engine.end()
    told = capsys.readouterr().err
    assert (
        told.count("the settings of a venue could not be read, and will be missing: RuntimeError: a defect")
        == 1
    )
    run = only_run(connection)
    assert run.status == "success"
    assert run.total_return is None
    reason = (run.rejected_metrics or {})["total_return"]["reason"]
    assert reason == "the market data could not be read: RuntimeError: a defect"
    engine.dispose()


def test_a_defect_in_telling_of_a_duplicate_does_not_reach_the_backtest(
    connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(saving, "duplicate_line", backtests.broken)
    for _ in range(2):
        engine = backtests.engine(backtests.cycle())
        engine.run()
        engine.dispose()
    assert [run.status for run in saved(connection)] == ["success", "success"]
    told = capsys.readouterr().err
    assert told.count("what was tested before is not told: RuntimeError: a defect") == 1


def test_a_statistic_that_cannot_be_read_does_not_lose_the_run(
    connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture, "_total_positions", backtests.broken)
    engine = backtests.engine(backtests.cycle())
    engine.run()
    run = only_run(connection)
    assert run.status == "success"
    assert run.engine_figures == {"unavailable": "RuntimeError: a defect"}
    engine.dispose()


def test_an_equity_that_cannot_be_rebuilt_does_not_lose_the_run(
    connection: psycopg.Connection[Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(capture, "rebuild", backtests.broken)
    engine = backtests.engine(backtests.cycle())
    engine.run()
    run = only_run(connection)
    assert (run.status, str(run.initial_capital), run.currency) == ("success", "10000", "USD")
    assert run.instruments == ["AAPL.XNAS"]
    assert (run.engine_figures or {})["total_orders"] == 20
    assert {getattr(run, name) for name in METRIC_NAMES} == {None}
    reasons = {rejected["reason"] for rejected in (run.rejected_metrics or {}).values()}
    assert reasons == {"the equity could not be rebuilt: RuntimeError: a defect"}
    assert "NOT SAVED" not in capsys.readouterr().err
    engine.dispose()


def test_a_class_with_any_name_is_saved(connection: psycopg.Connection[Any]) -> None:
    strange = type("My \n strategy", (backtests.Cycle,), {})
    engine = backtests.engine(strange(backtests.CycleConfig(instrument_id=backtests.AAPL.id)))
    engine.run()
    assert only_run(connection).strategy_type == "My___strategy"
    engine.dispose()


def test_an_interrupt_after_the_commit_leaves_the_run_known_as_saved(
    database: Target, connection: psycopg.Connection[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    recorder().check()
    waits = records.success()
    Spool.default().put(
        Entry.of(waits.document(), identity=database.identity, dsn=database.dsn, reason="it was away")
    )
    recorder()._spooled = True
    meddle_with(connection, waits, "pg_sleep(60)")
    engine = backtests.engine(backtests.cycle())
    with interrupted_while_asleep(database):
        engine.run()
    run = only_run(connection)
    assert (run.status, saving.saved_id_of(engine, recorder())) == ("success", run.run_id)
    assert "NOT IN THE DATABASE YET" not in capsys.readouterr().err
    engine.dispose()
