"""A run is known from its first moment: what is shown of it while it runs, and what becomes of it if it does not end."""

from __future__ import annotations

import functools
import json
import os
import re
import signal
import stat
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

import backtests
import btsql
import records
from backtests import only_run, saved
from btsql.adapters import capture, hooks
from btsql.adapters.context import RunContext
from btsql.database import Target, connect
from btsql.duplicates import find_duplicates
from btsql.errors import DatabaseUnavailable
from btsql.process import this_process
from btsql.record import RunRecord, new_run_id
from btsql.recorder import Recorder, recorder
from btsql.recovery import conclude, settle, started_runs
from btsql.spool import Entry, Spool
from conftest import Run
from meddling import meddle_with
from terminal import on_terminal

pytestmark = pytest.mark.engine

TESTS = Path(__file__).resolve().parents[1]
Start = Callable[[str], "subprocess.Popen[str]"]

WAITING = """
    import sys, time
    import backtests
    import btsql
    btsql.autosave()

    class Waiting(backtests.Cycle):
        def on_bar(self, bar):
            super().on_bar(bar)
            if self.count == 20:
                print("waiting", flush=True)
                sys.stdin.readline()

    engine = backtests.engine(Waiting(backtests.CycleConfig(instrument_id=backtests.AAPL.id)))
    engine.run()
    print("ended")
"""


@pytest.fixture
def waiting(environment: dict[str, str], tmp_path: Path) -> Iterator[Start]:
    """Start a script, and wait until it says that it waits."""
    running: list[subprocess.Popen[str]] = []
    path = os.pathsep.join(filter(None, [os.fspath(TESTS), os.environ.get("PYTHONPATH")]))

    def start(text: str = WAITING) -> subprocess.Popen[str]:
        script = tmp_path / f"mine{len(running)}.py"
        script.write_text(textwrap.dedent(text))
        process = subprocess.Popen(
            [sys.executable, script],
            env=environment | {"PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n", process.communicate()
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str]) -> str:
    """Have a script that waits go on to its end, and return its messages."""
    return process.communicate("go on\n", timeout=60)[1]


def cut_all(connection: psycopg.Connection) -> None:
    """End every other connection to the database."""
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


# ---- while it runs


def test_a_run_is_shown_from_its_first_moment(
    connection: psycopg.Connection, btsql: Run, environment: dict[str, str], waiting: Start
) -> None:
    process = waiting(WAITING)
    (run,) = started_runs(connection)
    assert (run.state, run.strategy_type, run.instruments) == ("running", "Waiting", ["AAPL.XNAS"])
    shown = btsql("history")
    assert shown.stdout.startswith(f"running       {run.short_id[:8]}  Waiting  AAPL.XNAS  started 20")
    assert re.search(r" \d\d:\d\d UTC  on ", shown.stdout)
    narrow = on_terminal([sys.executable, "-m", "btsql", "history"], environment, columns=60)
    assert run.short_id[:8] in narrow.lines[0]
    assert max(map(len, narrow.lines)) <= 60
    assert f"process {process.pid}" in shown.stdout
    assert saved(connection) == []
    assert "saved run" in ended(process)
    assert started_runs(connection) == []
    assert only_run(connection).run_id == run.run_id


def test_a_run_that_lost_its_connection_is_not_called_dead_and_its_result_stands(
    connection: psycopg.Connection, btsql: Run, waiting: Start
) -> None:
    process = waiting(WAITING)
    cut_all(connection)
    assert btsql("history").stdout.startswith("interrupted?")
    assert btsql("recover").returncode == 0
    assert [run.state for run in started_runs(connection)] == ["interrupted?"]
    assert "saved run" in ended(process)
    run = only_run(connection)
    assert (run.status, run.replaced_interrupted_at) == ("success", None)


def test_a_false_conclusion_is_replaced_by_the_real_end(
    connection: psycopg.Connection, btsql: Run, waiting: Start
) -> None:
    process = waiting(WAITING)
    refused = btsql("recover", "--force")
    assert "running" in refused.stderr
    assert saved(connection) == [], "its session is there"
    cut_all(connection)
    unknown = btsql("recover", "--force", "--run", "ffffffff")
    assert unknown.returncode == 3
    assert 'no run that has started and not ended answers to "ffffffff"' in unknown.stderr
    assert saved(connection) == []
    assert "is recorded as interrupted, as you say" in btsql("recover", "--force").stderr
    assert only_run(connection).status == "interrupted"
    assert "saved run" in ended(process)
    run = only_run(connection)
    assert (run.status, run.error_type) == ("success", None)
    assert run.replaced_interrupted_at is not None
    assert run.total_return is not None
    assert run.rejected_metrics is None or "total_return" not in run.rejected_metrics
    assert connection.execute("SELECT btsql.check_run('@')").fetchone() == (True,)


def test_a_killed_run_is_recorded_as_interrupted_by_the_next_command(
    connection: psycopg.Connection, btsql: Run, waiting: Start
) -> None:
    process = waiting(WAITING)
    process.kill()
    process.wait()
    done = btsql("history")
    assert f"process {process.pid} on" in done.stderr.replace("\n", " ")
    run = only_run(connection)
    assert (run.status, run.error_type, run.strategy_type) == ("interrupted", "process_gone", "Waiting")
    assert run.parameters["every"] == 6
    assert started_runs(connection) == []


def test_a_killed_run_can_be_named_to_recover(
    connection: psycopg.Connection, btsql: Run, waiting: Start
) -> None:
    process = waiting(WAITING)
    (run,) = started_runs(connection)
    process.kill()
    process.wait()
    done = btsql("recover", "--force", "--run", run.short_id[:8])
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "is recorded as interrupted" in done.stderr
    assert only_run(connection).run_id == run.run_id


def test_recover_takes_no_reference_that_may_mean_several_runs(
    database: Target, connection: psycopg.Connection, btsql: Run, spool: Path
) -> None:
    begun = [
        records.started(
            records.success(after=number, run_id=UUID(f"{new_run_id(moment).hex[:20]}{last_group}"))
        )
        for number, last_group in enumerate(["a1b2c3d4e5f6", "a1b2ffffffff", "dead0000beef"])
        for moment in [records.START + timedelta(seconds=number)]
    ]
    for record in begun[:2]:
        connection.execute("SELECT btsql.start_run(%s::jsonb)", [record.document()])
    kept = Entry.of(
        begun[2].document(),
        identity=database.identity,
        dsn=database.dsn,
        reason="it was away",
        process={"host": "elsewhere"},
    )
    Spool.default().put(kept)
    for reference, code, told in [
        ("01", 2, 'not a reference to a started run: "01"'),
        ("a1b", 2, "at least its first 4 digits"),
        ("", 2, "not a reference"),
        ("zzzz", 2, "not a reference"),
        ("019c-ade2" * 4, 2, "not a reference"),
        ("c3d4", 3, "no run that has started and not ended answers"),
        (str(begun[0].run_id)[:9], 4, "fits more than one started run"),
        ("a1b2", 4, "Give more digits."),
    ]:
        done = btsql("recover", "--force", "--run", "dead0000", "--run", reference)
        assert done.returncode == code, done.stderr
        assert told in done.stderr
        assert saved(connection) == []
    assert done.stderr.splitlines()[1:3] == [
        f"       {run.run_id}  2026-03-02 09:30:{second} UTC  sma_crossover  running?"
        for run, second in ((begun[1], 16), (begun[0], 15))
    ]
    done = btsql("recover", "--force", "--run", "DEAD", "--run", str(begun[0].run_id))
    assert done.returncode == 0, done.stderr
    assert {run.run_id for run in saved(connection)} == {begun[0].run_id, begun[2].run_id}
    assert [run.run_id for run in started_runs(connection)] == [begun[1].run_id]


def test_two_that_recover_at_once_do_not_collide(database: Target, connection: psycopg.Connection) -> None:
    document = records.started(records.success()).document()
    gone = '{"boot_id": "earlier"}'
    for _ in range(20):
        connection.execute(
            "SELECT btsql.start_run(%s::jsonb - 'run_id' - 'strategy_name', %s::jsonb)", [document, gone]
        )
    assert len(started_runs(connection)) == 20
    told: list[str] = []

    def recover() -> None:
        with connect(database) as own:
            run_ids = [run.run_id for run in started_runs(own)]
            for run_id in run_ids:
                row = own.execute("SELECT btsql.record_interrupted(%s, 'gone')", [run_id]).fetchone()
                if row == (True,):
                    told.append(str(run_id))

    failures: list[BaseException] = []

    def safely() -> None:
        try:
            recover()
        except psycopg.errors.ObjectInUse:  # the other one is at it
            safely()
        except BaseException as exc:  # noqa: BLE001
            failures.append(exc)

    threads = [threading.Thread(target=safely) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(told) == sorted(str(run.run_id) for run in saved(connection))
    assert len(told) == 20
    assert conclude(connection, database, Spool.default()) == []


# ---- signals


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_is_recorded_and_then_ends_the_process(
    connection: psycopg.Connection, waiting: Start, number: signal.Signals
) -> None:
    process = waiting(WAITING)
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == -number
    run = only_run(connection)
    assert (run.status, run.error_type) == ("interrupted", "Terminated")
    assert number.name in (run.error_message or "")
    assert "saved run" in errors
    assert "Traceback" not in errors


# It may be called while the script still prints, so it must not print itself.
HANDLED = WAITING.replace(
    "btsql.autosave()",
    "btsql.autosave()\n    import os, signal\n    signal.signal(signal.SIGTERM, lambda *_: os.write(1, b'mine\\n'))",
)


def test_a_signal_that_a_script_handles_is_its_own(connection: psycopg.Connection, waiting: Start) -> None:
    process = waiting(HANDLED)
    process.send_signal(signal.SIGTERM)
    assert process.stdout is not None
    assert process.stdout.readline() == "mine\n"
    ended(process)
    assert process.returncode == 0
    assert only_run(connection).status == "success"


SWALLOWED = """
    import os, signal
    import backtests
    import btsql
    btsql.autosave()

    class Deaf(backtests.Cycle):
        def on_bar(self, bar):
            try:
                super().on_bar(bar)
                if self.count == 20:
                    print("waiting", flush=True)
                    os.kill(os.getpid(), signal.SIGTERM)
            except BaseException:
                pass

    engine = backtests.engine(Deaf(backtests.CycleConfig(instrument_id=backtests.AAPL.id)))
    engine.run()
    print("not reached", flush=True)
"""


def test_a_signal_that_a_strategy_swallows_ends_the_process_after_the_run(
    connection: psycopg.Connection, waiting: Start
) -> None:
    process = waiting(SWALLOWED)
    output, _ = process.communicate(timeout=60)
    assert (process.returncode, output) == (-signal.SIGTERM, "")
    assert len(saved(connection)) == 1


# ---- engines


@pytest.fixture
def autosaved(default_database: Target) -> None:
    btsql.autosave()


def states(connection: psycopg.Connection) -> list[str]:
    return [run.state for run in started_runs(connection)]


def streamed(chunks: int) -> object:
    engine = backtests.engine(backtests.cycle(), data=backtests.bars()[:1])
    engine.clear_data()
    items = backtests.bars()
    for first in range(0, 20 * chunks, 20):
        engine.add_data(items[first : first + 20])
        engine.run(streaming=True)
        engine.clear_data()
    return engine


@pytest.mark.usefixtures("autosaved")
def test_a_streaming_run_is_one_start_and_one_end(connection: psycopg.Connection) -> None:
    engine = streamed(2)
    assert states(connection) == ["running"]
    assert isinstance(engine, hooks.RecordedEngine)
    engine.end()
    assert states(connection) == []
    assert only_run(connection).status == "success"
    engine.dispose()


@pytest.mark.usefixtures("autosaved")
def test_a_streaming_run_that_is_never_ended_is_interrupted_when_disposed_of(
    connection: psycopg.Connection,
) -> None:
    engine = streamed(2)
    assert isinstance(engine, hooks.RecordedEngine)
    engine.dispose()
    run = only_run(connection)
    assert (run.status, run.error_type) == ("interrupted", "NotEnded")
    assert run.error_message == "the engine was disposed of before end() was called"
    assert states(connection) == []


FORGOTTEN = """
    import backtests, btsql
    btsql.autosave()
    engine = backtests.engine(backtests.cycle())
    engine.run(streaming=True)
    print("waiting", flush=True)
"""


def test_a_streaming_run_that_is_forgotten_ends_with_its_process(
    connection: psycopg.Connection, waiting: Start
) -> None:
    process = waiting(FORGOTTEN)
    process.communicate(timeout=60)
    assert process.returncode == 0
    run = only_run(connection)
    assert (run.status, run.error_message) == ("interrupted", "its process ended before the run did")


@pytest.mark.usefixtures("autosaved")
def test_several_engines_reset_and_run_again(connection: psycopg.Connection) -> None:
    one, two = (backtests.engine(backtests.cycle(every=every)) for every in (6, 7))
    for engine in (one, two):
        engine.run()
        engine.run()  # without reset() it goes on, as the run that is recorded
        engine.reset()
        engine.run()
        engine.dispose()
    assert [run.status for run in saved(connection)] == ["success"] * 4
    assert states(connection) == []


def test_a_plain_engine_in_a_block_is_known_from_its_start(
    default_database: Target, connection: psycopg.Connection
) -> None:
    seen: list[str] = []
    strategy = backtests.cycle()
    engine = backtests.engine(strategy)
    with btsql.recording(engine):
        assert states(connection) == []
        engine.run(start="2024-01-10")
        seen = states(connection)
    assert seen == ["running"]
    assert states(connection) == []
    assert only_run(connection).status == "success"
    assert btsql.record_run(engine) == only_run(connection).run_id
    engine.dispose()


@pytest.mark.parametrize("place", ["on_start", "on_bar", "on_stop"])
def test_a_plain_engine_that_fails_in_a_block_is_one_run(
    default_database: Target, connection: psycopg.Connection, place: str
) -> None:
    engine = backtests.engine(backtests.cycle(fail_in=place))
    with pytest.raises(backtests.Trouble), btsql.recording(engine):
        engine.run()
    assert only_run(connection).status == "failure"
    assert states(connection) == []


# ---- when its database is away


@pytest.fixture
def away(server: Target, connection: psycopg.Connection) -> Iterator[Callable[[], None]]:
    """Nobody can connect to the test's database any more, until what this gives is called."""

    def allow_connections(is_allowed: str) -> None:
        with connect(server, check_schema=False) as other:
            other.execute(f"ALTER DATABASE {connection.info.dbname} ALLOW_CONNECTIONS {is_allowed}")

    allow_connections("false")
    yield functools.partial(allow_connections, "true")
    allow_connections("true")


def spool_facts(btsql: Run) -> tuple[int, int]:
    facts = json.loads(btsql("status", "--format", "json").stdout)["spool"]
    return facts["started"], facts["waiting"]


def test_a_run_killed_while_its_database_is_away_is_recorded_as_interrupted(
    connection: psycopg.Connection, btsql: Run, spool: Path, away: Callable[[], None], waiting: Start
) -> None:
    process = waiting(WAITING)
    (path,) = spool.glob("*.started")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert spool_facts(btsql) == (1, 0)
    assert "0 waiting, 1 started and not ended" in btsql("status").stdout
    away()
    shown = btsql("history")
    assert shown.stdout.startswith(f"running?      {path.name[24:32]}  Waiting  AAPL.XNAS  started 20")
    assert f"process {process.pid}" in shown.stdout
    assert btsql("recover").returncode == 0
    assert (saved(connection), started_runs(connection)) == ([], []), "it lives"
    process.kill()
    process.wait()
    assert f"is recorded as interrupted: process {process.pid}" in btsql("history").stderr.replace(
        "\n       ", " "
    )
    run = only_run(connection)
    assert (run.status, run.error_type, run.parameters["every"]) == ("interrupted", "process_gone", 6)
    assert path.name.startswith(str(run.run_id))
    assert (spool_facts(btsql), list(spool.iterdir())) == ((0, 0), [])


@pytest.mark.parametrize("is_back", [True, False])
def test_the_end_of_a_run_takes_the_place_of_its_start(
    connection: psycopg.Connection,
    btsql: Run,
    spool: Path,
    away: Callable[[], None],
    waiting: Start,
    *,
    is_back: bool,
) -> None:
    process = waiting(WAITING)
    if is_back:
        away()
    assert ("saved run" if is_back else "NOT IN THE DATABASE YET") in ended(process)
    assert list(spool.glob("*.started")) == []
    away()
    assert btsql("recover").returncode == 0
    run = only_run(connection)
    assert (run.status, run.replaced_interrupted_at) == ("success", None)
    assert (started_runs(connection), list(spool.iterdir())) == ([], [])


def test_a_false_conclusion_of_a_kept_start_is_replaced_too(
    connection: psycopg.Connection, btsql: Run, spool: Path, away: Callable[[], None], waiting: Start
) -> None:
    process = waiting(WAITING)
    away()
    assert "is recorded as interrupted, as you say" in btsql("recover", "--force").stderr
    assert (only_run(connection).status, list(spool.iterdir())) == ("interrupted", [])
    assert "saved run" in ended(process)
    run = only_run(connection)
    assert run.status == "success"
    assert run.replaced_interrupted_at is not None


def test_a_start_of_a_run_that_is_recorded_adds_nothing(
    database: Target, connection: psycopg.Connection, spool: Path
) -> None:
    record = records.success()
    recorder = Recorder(database.conninfo)
    recorder.save(record)
    recorder.close()
    begun = records.started(record)
    kept = Entry.of(
        begun.document(),
        identity=database.identity,
        dsn=database.dsn,
        reason="it was away",
        process=this_process() | {"process_start": 1},
    )
    Spool.default().put(kept)
    assert conclude(connection, database, Spool.default()) == []
    run = only_run(connection)
    assert (run.status, run.replaced_interrupted_at) == ("success", None)
    assert (started_runs(connection), list(spool.iterdir())) == ([], [])


DAMAGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "no time": lambda entry: entry["record"].pop("started_at"),
    "a time that is none": lambda entry: entry["record"].update(started_at="soon"),
    "a time beyond all times": lambda entry: entry["record"].update(started_at="9999-12-31T23:59:59-10:00"),
    "a type that is no text": lambda entry: entry["record"].update(strategy_type=1),
    "instruments that are no texts": lambda entry: entry["record"].update(instruments=[1]),
    "a process that is no object": lambda entry: entry.update(process=[1]),
}


def start_of(target: Target, record: RunRecord, **process: object) -> Entry:
    """Return the start of a run as it is kept where the database is away."""
    begun = records.started(record)
    return Entry.of(
        begun.document(),
        identity=target.identity,
        dsn=target.dsn,
        reason="it was away",
        process=this_process() | process,
    )


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_start_is_set_aside_and_costs_no_other(  # noqa: PLR0917 - fixtures
    connection: psycopg.Connection,
    database: Target,
    btsql: Run,
    environment: dict[str, str],
    spool: Path,
    damage: str,
) -> None:
    path = Spool.default().put(start_of(database, records.success()))
    entry = json.loads(path.read_text())
    DAMAGES[damage](entry)
    path.write_text(json.dumps(entry))
    other = records.success(after=1)
    Spool.default().put(start_of(database, other, process_start=1))
    done = btsql("history", env=environment | {"TZ": "Asia/Tokyo"})
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert only_run(connection).run_id == other.run_id
    assert [path.name for path in (spool / "rejected").iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", ["", ".started"])
@pytest.mark.parametrize("kind", ["pipe", "directory", "deep"])
def test_what_is_no_file_of_ours_is_set_aside_without_waiting_for_it(
    database: Target, btsql: Run, spool: Path, kind: str, suffix: str
) -> None:
    path = Spool.default().put(start_of(database, records.success()))
    path.unlink()
    path = path.with_name(path.name.removesuffix(".started") + suffix)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "directory":
        path.mkdir()
    else:
        path.write_text('{"a": ' * 100_000)
    done = btsql("history", timeout=60)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert [path.name for path in (spool / "rejected").iterdir()] == [path.name]


def test_a_start_that_cannot_be_recorded_as_interrupted_costs_no_other(
    connection: psycopg.Connection, btsql: Run
) -> None:
    gone = json.dumps(this_process() | {"process_start": 1})
    for after, changes in enumerate(({"initial_capital": -1}, {})):
        begun = records.started(records.success(after=after, **changes))
        connection.execute("SELECT btsql.start_run(%s::jsonb, %s::jsonb)", [begun.document(), gone])
    done = btsql("history")
    assert (done.returncode, "cannot be recorded as interrupted" in done.stderr) == (0, True)
    assert only_run(connection).status == "interrupted"


def test_a_refused_start_that_cannot_be_set_aside_costs_no_other(
    connection: psycopg.Connection, database: Target, btsql: Run, spool: Path
) -> None:
    refused = start_of(database, records.success(initial_capital=-1), process_start=1)
    path = Spool.default().put(refused)
    Spool.default().put(start_of(database, records.success(after=1), process_start=1))
    (spool / "rejected").write_text("no directory")
    done = btsql("history")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    told = done.stderr.replace("\n       ", " ")
    assert "cannot be recorded as interrupted" in told
    assert "and it cannot be set aside: File exists" in told
    assert [run.status for run in saved(connection)] == ["interrupted"]
    assert path.exists()
    assert "Traceback" not in btsql("recover").stderr


@pytest.mark.parametrize("refused_by", ["start_run", "record_interrupted"])
def test_a_refused_start_is_tried_again_as_the_interrupted_run_it_stands_for(
    connection: psycopg.Connection, database: Target, btsql: Run, spool: Path, refused_by: str
) -> None:
    table = "run_in_progress" if refused_by == "start_run" else "backtest_run"
    connection.execute(f"ALTER TABLE btsql.{table} ADD CONSTRAINT refuses_all CHECK (false) NOT VALID")
    record = records.success(strategy_name="mine")
    Spool.default().put(start_of(database, record, process_start=1))
    done = btsql("history")
    assert (done.returncode, "refuses_all" in done.stderr) == (0, True), done.stderr
    assert "`btsql recover` tries it again" in done.stderr.replace("\n       ", " ")
    assert (saved(connection), started_runs(connection)) == ([], [])
    (aside,) = (spool / "rejected").iterdir()
    assert (aside.suffix, list(spool.glob("*.started"))) == (".json", [])
    assert "refuses_all" in Entry.read(aside.read_text()).reason
    facts = json.loads(btsql("status", "--format", "json").stdout)["spool"]
    assert (facts["started"], facts["rejected"]) == (0, 1)
    connection.execute("ALTER TABLE btsql.backtest_run ADD CONSTRAINT refuses_it CHECK (false) NOT VALID")
    for arguments in ([], [os.fspath(aside)]):
        again = btsql("recover", *arguments)
        assert (again.returncode, "refuses_" in again.stderr) == (1, True), again.stderr
        assert "nothing waits" not in again.stderr
    for each in ("backtest_run DROP CONSTRAINT refuses_it", f"{table} DROP CONSTRAINT refuses_all"):
        connection.execute(f"ALTER TABLE btsql.{each}")
    assert btsql("recover").returncode == 0
    run = only_run(connection)
    assert (run.run_id, run.status, run.error_type) == (record.run_id, "interrupted", "process_gone")
    assert "ended while it ran" in (run.error_message or "")
    assert list((spool / "rejected").iterdir()) == []
    assert btsql("recover").stderr == "btsql: nothing waits\n"


@pytest.mark.parametrize("arguments", [[], ["--force"]], ids=["dead", "by force"])
def test_recover_that_has_a_start_refused_says_that_not_everything_is_recorded(
    connection: psycopg.Connection, database: Target, btsql: Run, spool: Path, arguments: list[str]
) -> None:
    process = {"process_start": 1} if not arguments else {"boot_id": "another machine's"}
    Spool.default().put(start_of(database, records.success(), **process))
    connection.execute("ALTER TABLE btsql.backtest_run ADD CONSTRAINT refuses_all CHECK (false) NOT VALID")
    done = btsql("recover", *arguments)
    assert (done.returncode, "nothing waits" in done.stderr) == (1, False), done.stderr
    assert "not everything is in the database" in done.stderr
    assert len(list((spool / "rejected").iterdir())) == 1


def test_a_start_that_was_set_aside_is_told_of_and_looked_after_once_it_is_repaired(
    connection: psycopg.Connection, database: Target, btsql: Run, spool: Path
) -> None:
    path = Spool.default().put(start_of(database, records.success(), process_start=1))
    whole = path.read_text()
    path.write_text(whole[:100])
    assert btsql("history").returncode == 0
    aside = spool / "rejected" / path.name
    for _ in range(2):
        done = btsql("recover")
        assert (done.returncode, os.fspath(aside) in done.stderr.replace("\n       ", " ")) == (1, True)
    aside.write_text(whole)
    assert btsql("recover").returncode == 0
    assert only_run(connection).status == "interrupted"
    assert (list(spool.glob("*.started")), list((spool / "rejected").iterdir())) == ([], [])


def test_a_start_that_somebody_else_is_at_stays_until_it_is_recorded(
    connection: psycopg.Connection, database: Target, spool: Path
) -> None:
    record = records.success()
    path = Spool.default().put(start_of(database, record, process_start=1))
    with connect(database) as other, other.transaction():
        other.execute("SELECT pg_advisory_xact_lock(btsql.run_lock_key(%s))", [record.run_id])
        assert conclude(connection, database, Spool.default()) == []
    assert (saved(connection), started_runs(connection), list(spool.iterdir())) == ([], [], [path])
    assert conclude(connection, database, Spool.default()) == []
    assert only_run(connection).status == "interrupted"
    assert list(spool.iterdir()) == []


def start_dead(connection: psycopg.Connection, number: int) -> list[UUID]:
    """Have the database know of runs whose process is gone, and return their ids, newest first."""
    gone = json.dumps(this_process() | {"process_start": 1})
    begun = [records.started(records.success(after=after)) for after in range(number)]
    for record in begun:
        connection.execute("SELECT btsql.start_run(%s::jsonb, %s::jsonb)", [record.document(), gone])
    return [record.run_id for record in reversed(begun)]


def test_a_dead_run_that_is_locked_is_shown_and_costs_no_other(
    database: Target, connection: psycopg.Connection, btsql: Run
) -> None:
    _, locked, _ = run_ids = start_dead(connection, 3)
    with connect(database) as other, other.transaction():
        other.execute("SELECT FROM btsql.run_in_progress WHERE run_id = %s FOR UPDATE", [locked])
        done = btsql("history")
    short = locked.hex[-12:-4]
    assert (done.returncode, done.stdout.startswith(f"running?      {short}")) == (0, True), done.stdout
    assert f"run {short} cannot be recorded as interrupted: canceling statement due to lock timeout" in (
        done.stderr.replace("\n       ", " ")
    )
    assert {run.run_id for run in saved(connection)} == set(run_ids) - {locked}
    assert btsql("recover").returncode == 0
    assert {run.run_id for run in saved(connection)} == set(run_ids)


def test_dead_runs_that_are_all_locked_hold_no_command_up_for_each(
    database: Target, connection: psycopg.Connection, btsql: Run
) -> None:
    run_ids = start_dead(connection, 6)
    with connect(database) as other, other.transaction():
        other.execute("SELECT FROM btsql.run_in_progress FOR UPDATE")
        began = time.monotonic()
        done = btsql("status", "--format", "json")
        assert time.monotonic() - began < 20, "two wait for 5 s each"
    assert json.loads(done.stdout)["started"] == {"running?": len(run_ids)}
    assert done.stderr.count("cannot be recorded as interrupted") == 2


def test_a_role_that_only_reads_sees_the_dead_runs_that_it_may_not_record(
    database: Target, connection: psycopg.Connection
) -> None:
    run_ids = start_dead(connection, 2)
    told: list[str] = []
    with connect(database) as reading:
        reading.execute("SET ROLE btsql_reader")
        shown = settle(reading, database, lambda message, _=None: told.append(message))
        assert ([run.run_id for run in shown], told) == (run_ids, [])
        with pytest.raises(DatabaseUnavailable, match="permission denied"):
            conclude(reading, database, Spool.default())


def test_a_connection_lost_over_a_dead_run_is_raised(
    database: Target, connection: psycopg.Connection
) -> None:
    start_dead(connection, 2)
    meddle_with(connection, None, "pg_terminate_backend(pg_backend_pid())")
    with connect(database) as lost, pytest.raises(DatabaseUnavailable):
        settle(lost, database)


# ---- when the start cannot be recorded


@pytest.mark.usefixtures("autosaved")
def test_a_start_that_cannot_be_recorded_blocks_nothing_and_is_told_once(
    connection: psycopg.Connection, database: Target, capsys: pytest.CaptureFixture[str]
) -> None:
    recorder().check()
    with connect(database) as other, other.transaction():
        other.execute("LOCK TABLE btsql.run_in_progress IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        recorder().start(capture.describe_start(backtests.engine(backtests.cycle()), RunContext()))
        assert time.monotonic() - began < 8
    engine = backtests.engine(backtests.cycle())
    engine.run()
    assert only_run(connection).status == "success"
    assert capsys.readouterr().err.count("the start of this run is not in the database") == 1
    engine.dispose()


def test_a_server_that_does_not_answer_is_given_up(
    connection: psycopg.Connection, database: Target, monkeypatch: pytest.MonkeyPatch, btsql: Run
) -> None:
    monkeypatch.setattr("btsql.recovery.SAVE_SECONDS", 0.5)
    slow, record = Recorder(database.conninfo), records.success()
    slow.check()
    try:
        with connect(database) as other, other.transaction():
            other.execute("LOCK TABLE btsql.backtest_run IN ACCESS EXCLUSIVE MODE")
            began = time.monotonic()
            with pytest.raises(Exception, match=r"connection|timeout"):
                slow.save(record)
            assert time.monotonic() - began < 9
    finally:
        slow.close()
    assert btsql("recover").returncode == 0
    assert [run.run_id for run in saved(connection)] == [record.run_id]


def test_a_question_that_is_not_answered_is_given_up(
    connection: psycopg.Connection, database: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("btsql.recorder.START_SECONDS", 0.5)
    asking = Recorder(database.conninfo)
    asking.check()
    tested = {
        "strategy_path": "a:B",
        "parameters": {},
        "instruments": ["AAPL.XNAS"],
        "data_start": "2024-01-01T00:00:00Z",
        "data_end": "2024-02-01T00:00:00Z",
    }
    with connection.transaction():
        connection.execute("LOCK TABLE btsql.backtest_run IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(DatabaseUnavailable):
            asking.ask(lambda asked: find_duplicates(asked, tested))
    assert asking.ask(lambda asked: find_duplicates(asked, tested)) == []
    asking.close()


def test_what_lets_a_run_in_and_then_does_not_answer_is_given_up(
    connection: psycopg.Connection, database: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("btsql.recorder.START_SECONDS", 0.5)
    connection.execute(
        "CREATE OR REPLACE FUNCTION btsql.schema_version() RETURNS integer LANGUAGE sql VOLATILE "
        "AS 'SELECT 1 FROM pg_sleep(60)'"
    )
    waiting_in_vain = Recorder(database.conninfo)
    with pytest.raises(DatabaseUnavailable):
        waiting_in_vain.check()
    assert not waiting_in_vain.is_connected


def test_starts_and_ends_meanwhile_do_not_keep_a_process_from_giving_its_runs_up(
    database: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = Recorder(database.conninfo)
    ours.check()
    runs = {new_run_id(records.START) for _ in range(2)}
    ours._started.update(runs)
    given_up = []

    def interrupted(_: object, run_id: UUID, _reason: str) -> bool:
        given_up.append(run_id)
        ours._started.add(new_run_id(records.START))  # as another thread's run does
        return True

    monkeypatch.setattr("btsql.recorder.record_interrupted", interrupted)
    ours.give_up_started()
    ours.close()
    assert set(given_up) == runs
