"""The specification's edge cases, and its requirements that a user sees, with the real command line."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from btsql.database import Target, connect
from btsql.runs import get_run
from conftest import Run
from records import METRICS, START, failure, save, success

SLOW = ("my_strategy:Slow", "--instrument", "TEST.SIM", "--data", "mock")
STRATEGY_FILE = Path(__file__).parents[1] / "slow_strategy.py"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A working directory that has a strategy of the user's own."""
    shutil.copy(STRATEGY_FILE, tmp_path / "my_strategy.py")
    return tmp_path


@contextmanager
def held_run(environment: dict[str, str], directory: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Run a backtest that waits in its middle until `go` is made in the directory."""
    process = subprocess.Popen(
        [sys.executable, "-m", "btsql", "run", *SLOW, *options],
        env=environment | {"SLOW_DIRECTORY": os.fspath(directory)},
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until(lambda: (directory / "there").exists() or process.poll() is not None)
        assert process.poll() is None, process.communicate()
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_until(ready: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 120
    while not ready():
        assert time.monotonic() < deadline, "it does not happen"
        time.sleep(0.02)


def disconnect_all(target: Target, server: Target) -> None:
    """Have the server end every connection to a database."""
    with connect(server, check_schema=False) as admin:
        name = psycopg.conninfo.conninfo_to_dict(target.conninfo)["dbname"]
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        assert admin.execute(query, [name]).fetchall()


# ---- an interrupted run


@pytest.mark.engine
@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name
)
def test_an_interrupted_backtest_is_recorded_as_such(
    btsql: Run, environment: dict[str, str], directory: Path, number: signal.Signals
) -> None:
    with held_run(environment, directory) as process:
        process.send_signal(number)
        _, messages = process.communicate(timeout=30)
    if number == signal.SIGINT:
        assert process.returncode == 130, messages
        assert messages.endswith("btsql: interrupted\n")
    else:  # they do what they do without btsql
        assert process.returncode == -number, messages
    assert "saved run" in messages
    assert "Traceback" not in messages
    run = json.loads(btsql("show", "@", "--format", "json").stdout)
    assert (run["status"], run["strategy_type"]) == ("interrupted", "Slow")
    assert run["total_return"] is None


# ---- the connection is lost


def test_a_connection_lost_during_a_query_ends_with_5(
    environment: dict[str, str], database: Target, server: Target, connection: psycopg.Connection[Any]
) -> None:
    with connection.transaction():
        connection.execute("LOCK TABLE btsql.backtest_run IN ACCESS EXCLUSIVE MODE")
        process = subprocess.Popen(
            [sys.executable, "-m", "btsql", "history"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        waiting = (
            "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'btsql'"
        )
        with connect(server, check_schema=False) as admin:
            wait_until(lambda: admin.execute(waiting).fetchall())
            admin.execute(f"SELECT pg_terminate_backend(pid) FROM ({waiting}) AS found")
        output, messages = process.communicate(timeout=30)
    assert (process.returncode, output) == (5, "")
    assert messages == "btsql: terminating connection due to administrator command\n"


@pytest.mark.engine
def test_a_run_is_saved_though_its_connection_was_lost_meanwhile(
    btsql: Run, environment: dict[str, str], database: Target, server: Target, directory: Path
) -> None:
    with held_run(environment, directory) as process:
        disconnect_all(database, server)
        (directory / "go").touch()
        output, messages = process.communicate(timeout=30)
    assert process.returncode == 0, messages
    assert output.startswith("Run ")
    assert [run["status"] for run in json.loads(btsql("history", "--format", "json").stdout)] == ["success"]


@pytest.mark.engine
def test_a_run_that_cannot_be_saved_any_more_waits_and_ends_with_7(
    btsql: Run, environment: dict[str, str], database: Target, server: Target, directory: Path
) -> None:
    name = sql.Identifier(str(psycopg.conninfo.conninfo_to_dict(database.conninfo)["dbname"]))
    with held_run(environment, directory) as process:
        with connect(server, check_schema=False) as admin:
            admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        disconnect_all(database, server)
        (directory / "go").touch()
        output, messages = process.communicate(timeout=30)
    assert (process.returncode, output) == (7, "")
    assert "btsql: this run is NOT IN THE DATABASE YET: cannot connect to postgresql://" in messages
    assert "not currently accepting connections" in messages
    assert "Traceback" not in messages
    with connect(server, check_schema=False) as admin:
        admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
    listed = btsql("history", "--format", "json")
    assert "delivered 1 run" in listed.stderr
    assert [run["status"] for run in json.loads(listed.stdout)] == ["success"]


# ---- identifiers and times


def test_an_unknown_identifier_ends_with_3(btsql: Run, database: Target) -> None:
    save(database, success())
    shown = btsql("show", "deadbeef")
    assert (shown.returncode, shown.stdout) == (3, "")
    assert (
        shown.stderr
        == 'btsql: no run answers to "deadbeef"\n       `btsql history` lists the recorded runs.\n'
    )


def test_two_runs_of_the_same_instant_are_two_records(btsql: Run, database: Target) -> None:
    pair = [success(parameters={"fast_period": fast}) for fast in (1, 2)]
    assert pair[0].started_at == pair[1].started_at
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda record: save(database, record), pair))
    runs = json.loads(btsql("history", "--format", "json").stdout)
    assert {run["run_id"] for run in runs} == {str(record.run_id) for record in pair}
    assert len({run["short_id"] for run in runs}) == 2
    for record in pair:
        shown = json.loads(btsql("show", str(record.run_id), "--format", "json").stdout)
        assert shown["parameters"] == record.parameters


# ---- an empty database


def test_an_empty_database_says_what_to_do_next(btsql: Run) -> None:
    listed = btsql("history")
    assert (listed.returncode, listed.stdout) == (0, "")
    assert listed.stderr.startswith("btsql: nothing is recorded yet\n")
    assert "btsql run sma_crossover --instrument TEST.SIM --data mock" in listed.stderr
    assert "btsql.autosave()" in listed.stderr
    assert btsql("history", "--format", "json").stdout == "[]\n"
    assert len(btsql("history", "--format", "csv").stdout.splitlines()) == 1
    assert btsql("show", "@").returncode == 3
    assert "none yet" in btsql("status").stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("best",), 0),
        (("show", "@"), 3),
        (("compare", "@", "@~1"), 3),
        (("strategy", "sma_crossover"), 3),
        (("note", "@", "text"), 3),
        (("tag", "@", "+keep"), 3),
        (("delete", "deadbeef", "--yes"), 3),
        (("check",), 0),
    ],
    ids=str,
)
def test_every_command_takes_an_empty_database(btsql: Run, arguments: tuple[str, ...], code: int) -> None:
    done = btsql(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert "btsql history" in done.stderr or "nothing is recorded yet" in done.stderr or code == 0


def test_filters_that_match_nothing_say_so(btsql: Run, database: Target) -> None:
    save(database, success())
    listed = btsql("history", "--strategy", "nobody's")
    assert (listed.returncode, listed.stdout) == (0, "")
    assert listed.stderr.startswith("btsql: no run matches these filters\n")


# ---- a strategy that is gone


@pytest.mark.engine
def test_a_strategy_that_no_longer_exists_is_shown_all_the_same(btsql: Run, directory: Path) -> None:
    done = btsql("run", *SLOW, "--set", "note=remember me", cwd=directory)
    assert done.returncode == 0, done.stderr
    shown = btsql("show", "@", cwd=directory).stdout
    (directory / "my_strategy.py").unlink()
    again = btsql("show", "@", cwd=directory)
    assert (again.returncode, again.stdout) == (0, shown)
    assert "my_strategy:Slow" in shown
    assert "remember me" in shown
    gone = btsql("run", *SLOW, cwd=directory)
    assert gone.returncode == 6
    assert "my_strategy:Slow cannot be imported" in gone.stderr


# ---- large parameters


@pytest.mark.engine
def test_parameters_of_more_than_100_kb_are_kept_whole(btsql: Run, directory: Path) -> None:
    note = "".join(f"{number:06d} naïve \\ \" ' € " for number in range(8000)).strip()
    assert len(note.encode()) > 150_000
    values = {"strategy": SLOW[0], "instrument": "TEST.SIM", "data": "mock", "parameters": {"note": note}}
    (directory / "large.json").write_text(json.dumps(values))
    done = btsql("run", "-f", "large.json", cwd=directory)
    assert done.returncode == 0, done.stderr
    run = json.loads(btsql("show", "@", "--format", "json").stdout)
    assert run["parameters"]["note"] == note
    assert run["snapshot"]["strategies"][0]["config"]["note"] == note
    assert note in btsql("show", "@").stdout, "a pipe gets everything"


# ---- metrics that are no numbers


def test_metrics_that_are_no_numbers_are_kept_with_the_reason(btsql: Run, database: Target) -> None:
    metrics = METRICS | {
        "sharpe_ratio": float("nan"),
        "profit_factor": float("inf"),
        "sortino_ratio": float("-inf"),
        "max_drawdown": None,
        "cagr": 1234.5,
    }
    save(database, success(metrics=metrics, undefined_metrics={"max_drawdown": "fewer than two days"}))
    run = json.loads(btsql("show", "@", "--format", "json").stdout)
    assert run["status"] == "success"
    assert {name: run[name] for name in metrics if metrics[name] != METRICS[name]} == {
        "sharpe_ratio": None,
        "profit_factor": None,
        "sortino_ratio": None,
        "max_drawdown": None,
        "cagr": None,
    }
    assert run["total_return"] == METRICS["total_return"]
    assert run["rejected_metrics"] == {
        "sharpe_ratio": {"reported_value": "NaN", "reason": "not a finite number"},
        "profit_factor": {"reported_value": "Infinity", "reason": "not a finite number"},
        "sortino_ratio": {"reported_value": "-Infinity", "reason": "not a finite number"},
        "max_drawdown": {"reported_value": None, "reason": "fewer than two days"},
        "cagr": {"reported_value": "1234.5", "reason": "outside -1 .. 100"},
    }
    shown = btsql("show", "@").stdout
    assert "-  (NaN was reported: not a finite number)" in shown
    assert "-  (Infinity was reported: not a finite number)" in shown
    assert "-  (fewer than two days)" in shown
    assert btsql("history").stdout.splitlines()[1].split()[-4:] == ["+25.00%", "-", "-", "success"]


# ---- limits and filters (FR-013, FR-015)


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "many"])
def test_fr_013_a_limit_outside_1_to_1000_is_refused(btsql: Run, limit: str) -> None:
    listed = btsql("history", "--limit", limit)
    assert (listed.returncode, listed.stdout) == (2, "")
    assert "--limit" in listed.stderr


def test_fr_013_limits_from_1_to_1000_are_kept(btsql: Run, database: Target) -> None:
    record_many(database, 1010)
    for limit in (1, 999, 1000):
        assert len(json.loads(btsql("history", "-n", str(limit), "--format", "json").stdout)) == limit


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--strategy", "mine"], [1, 5]),
        (["--type", "momentum"], [2, 3]),
        (["--instrument", "MSFT.XNAS"], [2, 4]),
        (["--instrument", "MSFT"], []),
        (["--status", "failure"], [3]),
        (["--status", "interrupted"], [5]),
        (["--status", "success"], [1, 2, 4]),
        (["--since", "2026-03-02T09:30:18"], [3, 4, 5]),
        (["--until", "2026-03-02T09:30:18Z"], [1, 2]),
        (["--since", "2026-03-02T10:30:17+01:00", "--until", "2026-03-02T09:30:18"], [2]),
        (["--since", "2026-03-03"], []),
        (["--until", "2026-03-03"], [1, 2, 3, 4, 5]),
        (["--type", "sma_crossover", "--status", "success", "--instrument", "AAPL.XNAS"], [1, 4]),
    ],
    ids=lambda value: " ".join(map(str, value)),
)
def test_fr_015_filters(btsql: Run, database: Target, options: list[str], expected: list[int]) -> None:
    save(
        database,
        success(after=1, strategy_name="mine", duration_seconds=1),
        success(after=2, strategy_type="momentum", instruments=("MSFT.XNAS",), duration_seconds=2),
        failure(after=3, strategy_type="momentum", duration_seconds=3),
        success(after=4, instruments=("AAPL.XNAS", "MSFT.XNAS"), duration_seconds=4),
        success(after=5, strategy_name="mine", status="interrupted", metrics=None, duration_seconds=5),
    )
    listed = btsql("history", *options, "--format", "json")
    assert listed.returncode == 0, listed.stderr
    assert [run["duration_seconds"] for run in json.loads(listed.stdout)] == expected[::-1]


# ---- many runs


def record_many(target: Target, count: int) -> None:
    """Record successful runs, one a minute."""
    template = json.loads(success().document())
    del template["run_id"]
    query = """
        SELECT count(btsql.record_run(%s::jsonb || jsonb_build_object(
                   'started_at', %s::timestamptz + number * interval '1 minute')))
          FROM generate_series(1, %s) AS number"""
    with connect(target) as connection:
        connection.execute(query, [json.dumps(template), START, count])
        connection.execute("ANALYZE btsql.backtest_run, btsql.performance_metrics")


def test_ten_thousand_runs_are_listed_and_found(btsql: Run, database: Target) -> None:
    record_many(database, 10_050)
    since = START + timedelta(minutes=20)
    listed = btsql("history", "-n", "1000", "--since", since.isoformat(), "--format", "json")
    runs = json.loads(listed.stdout)
    assert len(runs) == len({run["short_id"] for run in runs}) == 1000
    newest = START + timedelta(minutes=10_050)
    expected = [(newest - timedelta(minutes=age)).isoformat().replace("+00:00", "Z") for age in range(1000)]
    assert [run["started_at"] for run in runs] == expected
    with connect(database) as connection:
        for reference in (runs[500]["short_id"], runs[500]["run_id"]):
            assert str(get_run(connection, reference).run_id) == runs[500]["run_id"]
        assert get_run(connection, "@~9000").started_at == newest - timedelta(minutes=9000)
