"""Scripts as a user would have them, each a process of its own: alone, at once, forked, interrupted."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

import backtests
from backtests import only_run, saved
from btsql.deployment import OF_NEW_DATABASE
from btsql.recovery import started_runs
from btsql.runs import list_runs

pytestmark = pytest.mark.engine

ROOT = Path(__file__).resolve().parents[2]

Start = Callable[..., "subprocess.Popen[str]"]
Script = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Start:
    """Start a script, given as its text, with interpreter options before it and arguments after."""

    numbers = count(1)

    def start(text: str, *arguments: str, options: tuple[str, ...] = (), **settings: Any) -> Any:
        script = tmp_path / str(next(numbers)) / "mine.py"
        script.parent.mkdir()
        script.write_text(textwrap.dedent(text))
        path = os.pathsep.join([os.fspath(ROOT / "tests"), os.fspath(ROOT / "python")])
        command = [sys.executable, *options, os.fspath(script), *arguments]
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, env=environment | {"PYTHONPATH": path}, **(pipes | settings))

    return start


@pytest.fixture
def script(start: Start) -> Script:
    """Run a script to its end."""

    def run(text: str, *arguments: str, **settings: Any) -> Any:
        process = start(text, *arguments, **settings)
        try:
            output, errors = process.communicate(timeout=120)
        finally:
            process.kill()
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    return run


# ---- one script

AUTOSAVE_FIRST = """
    import btsql
    btsql.autosave()
    import backtests
    engine = backtests.engine(backtests.cycle())
    engine.run()
"""


def test_the_first_scripts_on_a_machine_need_nothing_typed_before(
    start: Start, environment: dict[str, str]
) -> None:
    del environment["BTSQL_DSN"]  # for the private server, which is not there yet
    try:
        processes = [start(AUTOSAVE_FIRST) for _ in range(3)]
        told = [process.communicate(timeout=120)[1] for process in processes]
        assert all("btsql: saved run" in each for each in told), told
        assert any(OF_NEW_DATABASE in each for each in told)
        assert not any("NOT IN THE DATABASE" in each for each in told)
        command = [sys.executable, "-m", "btsql", "history", "--format", "json"]
        listed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert len(json.loads(listed.stdout)) == len(processes)
    finally:
        subprocess.run([sys.executable, "-m", "btsql", "server", "stop"], env=environment, check=True)


def test_a_private_database_that_cannot_be_deployed_to_is_told_with_the_reason(
    script: Script, environment: dict[str, str], tmp_path: Path
) -> None:
    del environment["BTSQL_DSN"]
    subprocess.run([sys.executable, "-m", "btsql", "server", "start"], env=environment, check=True)
    path = environment["PATH"]
    environment["PATH"] = os.fspath(tmp_path)  # without Sqitch
    try:
        done = script(AUTOSAVE_FIRST)
        assert done.returncode == 0
        assert "NOT IN THE DATABASE YET: Sqitch, which deploys the schema, is not installed" in done.stderr
        assert "Its record waits in" in done.stderr
    finally:
        environment["PATH"] = path
        subprocess.run([sys.executable, "-m", "btsql", "server", "stop"], env=environment, check=True)


AUTOSAVE_LAST = """
    from nautilus_trader.backtest.engine import BacktestEngine as Engine
    import backtests
    import btsql

    def main():
        engine = backtests.engine(backtests.cycle(), engine_class=Engine)
        engine.run()

    btsql.autosave()
    main()
"""


@pytest.mark.parametrize("text", [AUTOSAVE_FIRST, AUTOSAVE_LAST])
def test_autosave_before_and_after_the_imports(
    connection: psycopg.Connection[Any], script: Script, text: str
) -> None:
    result = script(text, options=("-X", "dev", "-W", "ignore:Timestamp.utcnow"))
    assert result.returncode == 0
    short_id = only_run(connection).short_id[:8]
    assert f"btsql: saved run {short_id} (success, Cycle, AAPL.XNAS, return +0.06%" in result.stderr
    assert f"btsql show {short_id}" in result.stderr
    assert result.stdout == ""
    # The connection is closed in good order.
    assert "unclosed" not in result.stderr
    assert "psycopg" not in result.stderr


FAILING = """
    import sys
    import backtests
    if sys.argv[1] == "autosave":
        import btsql
        btsql.autosave()
    print("before", flush=True)
    engine = backtests.engine(backtests.cycle(fail_in=sys.argv[2], kind=sys.argv[3]))
    engine.run()
    print("not reached")
"""


@pytest.mark.parametrize(
    ("kind", "status"),
    [("Trouble", "failure"), ("SystemExit", "interrupted"), ("KeyboardInterrupt", "interrupted")],
)
def test_a_failing_script_ends_as_it_would_without_btsql(
    connection: psycopg.Connection[Any], script: Script, kind: str, status: str
) -> None:
    plain, recorded = (script(FAILING, mode, "on_bar", kind) for mode in ("plain", "autosave"))
    assert (recorded.returncode, recorded.stdout) == (plain.returncode, plain.stdout)
    assert plain.returncode != 0
    assert recorded.stdout == "before\n"

    def frames(result: Any) -> list[str]:
        """Return the lines of tracebacks that are of the user's own files, and the last of each.

        Sorted: the engine logs its traceback from a thread of its own, while Python may be printing another.
        """
        lines = [re.sub(r'".*/', "", line) for line in result.stderr.splitlines()]
        return sorted(line for line in lines if re.match(rf"  File (mine|backtests)\.py|{kind}", line))

    assert kind == "SystemExit" or "in on_bar" in "".join(frames(plain))
    assert frames(recorded) == frames(plain)
    run = only_run(connection)
    assert (run.status, run.error_type) == (status, kind)


CALM = """
    import hashlib, sys
    import backtests
    if sys.argv[1] != "plain":
        import btsql
    if sys.argv[1] == "autosave":
        btsql.autosave()
    strategies = [backtests.cycle(order_id_tag="1"), backtests.cycle(every=7, hold=3, order_id_tag="2")]
    engine = backtests.engine(*strategies)
    if sys.argv[1] == "recording":
        with btsql.recording(engine):
            engine.run()
    else:
        engine.run()
    if sys.argv[1] == "record_run":
        btsql.record_run(engine)
    result = engine.get_result()
    print(repr(result.stats_pnls), repr(result.stats_returns))
    print(result.iterations, result.total_events, result.total_orders, result.total_positions)
    print(result.backtest_start, result.backtest_end, result.elapsed_time)
    # ids made at random, and the wall clock, differ in any case
    random = ["event_id", "ts_init", "venue_order_id", "trade_id", "last_trade_id", "init_id"]
    for report in ("generate_fills_report", "generate_order_fills_report", "generate_positions_report"):
        table = getattr(engine.trader, report)().drop(columns=random, errors="ignore")
        print(report, len(table), table.to_csv())
    account = engine.trader.generate_account_report(backtests.XNAS)
    print(account.to_csv())
"""
RANDOM_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_a_backtest_is_bit_for_bit_the_same_with_and_without(
    connection: psycopg.Connection[Any], script: Script
) -> None:
    plain, *recorded = (script(CALM, mode) for mode in ("plain", "autosave", "recording", "record_run"))
    assert plain.returncode == 0, plain.stderr
    assert plain.stdout.count("\n") > 60
    for result in recorded:
        assert RANDOM_ID.sub("", result.stdout) == RANDOM_ID.sub("", plain.stdout)
    assert len(saved(connection)) == 3


def test_a_script_whose_standard_error_is_closed(connection: psycopg.Connection[Any], script: Script) -> None:
    result = script(AUTOSAVE_FIRST, stderr=None, preexec_fn=lambda: os.close(2))
    assert result.returncode == 0
    assert only_run(connection).status == "success"


DEFINED_HERE = """
    import backtests
    import btsql

    class Mine(backtests.Cycle):
        pass

    btsql.autosave()
    engine = backtests.engine(Mine(backtests.CycleConfig(instrument_id=backtests.AAPL.id)))
    engine.run()
"""


def test_a_strategy_of_the_script_is_named_and_said_not_to_be_saved(
    connection: psycopg.Connection[Any], script: Script
) -> None:
    assert script(DEFINED_HERE).returncode == 0
    run = only_run(connection)
    assert (run.strategy_type, run.strategy_path) == ("Mine", "__main__:Mine")
    assert (
        run.snapshot["not_captured"][0] == "strategy __main__:Mine is defined in a script, which is not saved"
    )


# ---- interrupted

WAITING = """
    import sys, time
    import backtests
    import btsql

    class Waiting(backtests.Cycle):
        def on_bar(self, bar):
            super().on_bar(bar)
            if self.count == 20:
                print("waiting", flush=True)
                time.sleep(60)

    btsql.autosave()
    engine = backtests.engine(Waiting(backtests.CycleConfig(instrument_id=backtests.AAPL.id)))
    engine.run()
"""


def test_control_c_is_an_interrupted_run(connection: psycopg.Connection[Any], start: Start) -> None:
    process = start(WAITING)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode in (-signal.SIGINT, 130)
    assert "KeyboardInterrupt" in errors
    run = only_run(connection)
    assert (run.status, run.strategy_type) == ("interrupted", "Waiting")
    assert f"btsql: saved run {run.short_id[:8]} (interrupted: KeyboardInterrupt)" in errors


# ---- many

MANY = """
    import sys
    import backtests
    import btsql
    btsql.autosave()
    for every in range(6, 11):
        engine = backtests.engine(backtests.cycle(every=every, message=sys.argv[1]))
        engine.run()
        engine.dispose()
"""


def test_processes_at_once_lose_nothing_and_mix_nothing(
    connection: psycopg.Connection[Any], start: Start
) -> None:
    processes = [start(MANY, str(number)) for number in range(4)]
    try:
        told = [process.communicate(timeout=240)[1] for process in processes]
    finally:
        for process in processes:
            process.kill()
    assert [process.returncode for process in processes] == [0] * 4
    runs = [details for details in saved(connection) if details.status == "success"]
    expected = {(str(number), every) for number in range(4) for every in range(6, 11)}
    assert {(run.parameters["message"], run.parameters["every"]) for run in runs} == expected
    assert len(runs) == len({run.run_id for run in runs}) == 20
    for every in range(6, 11):  # the same configuration has the same result, whoever ran it
        assert len({run.total_return for run in runs if run.parameters["every"] == every}) == 1
    for number, text in enumerate(told):
        mine = {run.short_id[:8] for run in runs if run.parameters["message"] == str(number)}
        assert {line.split()[3] for line in text.splitlines() if "saved run" in line} == mine


FORKING = """
    import os, sys
    import backtests
    import btsql

    def run(every):
        engine = backtests.engine(backtests.cycle(every=every))
        engine.run()
        engine.dispose()

    btsql.autosave()
    run(6)
    child = os.fork()
    if child == 0:
        run(7)
        sys.exit(0)
    _, status = os.waitpid(child, 0)
    run(8)
    sys.exit(os.waitstatus_to_exitcode(status))
"""


def test_a_forked_process_has_a_connection_of_its_own(
    connection: psycopg.Connection[Any], script: Script
) -> None:
    result = script(FORKING, options=("-X", "dev", "-W", "ignore", "-W", "always::ResourceWarning"))
    assert result.returncode == 0, result.stderr
    assert [run.parameters["every"] for run in saved(connection)] == [6, 7, 8]
    assert result.stderr.count("saved run") == 3
    assert "psycopg" not in result.stderr
    assert "NOT SAVED" not in result.stderr


FORKED_INSIDE = """
    import os, sys
    import backtests
    import btsql

    class Forking(backtests.Cycle):
        child = None

        def on_bar(self, bar):
            if self.count == 10 and Forking.child is None:
                Forking.child = os.fork()
                if Forking.child:
                    os.waitpid(Forking.child, 0)
            super().on_bar(bar)

    btsql.autosave()
    engine = backtests.engine(Forking(backtests.CycleConfig(instrument_id=backtests.AAPL.id)))
    engine.run()
    if Forking.child == 0:
        os._exit(0)  # with 1.231 a forked process hangs when it ends by itself, also without btsql
    sys.exit(0)
"""


def test_a_run_that_goes_on_in_two_processes_is_two_runs(
    connection: psycopg.Connection[Any], script: Script
) -> None:
    result = script(FORKED_INSIDE)
    assert result.returncode == 0, result.stderr
    assert [run.status for run in saved(connection)] == ["success", "success"]
    assert result.stderr.count("saved run") == 2
    assert started_runs(connection) == []


def test_nothing_is_saved_where_nothing_is_asked_for(
    connection: psycopg.Connection[Any], script: Script
) -> None:
    quiet = "import backtests, btsql\nengine = backtests.engine(backtests.cycle())\nengine.run()\n"
    result = script(quiet)
    assert (result.returncode, result.stderr.count("btsql:")) == (0, 0)
    assert list_runs(connection) == []


def test_the_helpers_are_the_same_in_a_script() -> None:
    assert Path(backtests.__file__).parent == ROOT / "tests"
