"""What the tests of faults share: processes that record, their evidence, and the reckoning at the end.

BTSQL_FAULTS is how often each fault is made: 6 by default, 100 by `make test-faults`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from btsql import deployment
from btsql.database import Target, connect
from btsql.embedded import EmbeddedServer

FAULTS = int(os.environ.get("BTSQL_FAULTS", "6"))
PROGRAM = Path(__file__).with_name("recording_processes.py")
TESTS = Path(__file__).resolve().parents[1]


@dataclass
class Processes:
    """A group of processes that record into one database, and what they leave behind."""

    directory: Path
    environment: dict[str, str]

    def start(self, processes: int = 1, runs: int = 0, pause: float = 0.0) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(PROGRAM), str(self.directory), str(processes), str(runs), str(pause)]
        with (self.directory / "messages").open("ab") as messages:
            return subprocess.Popen(command, env=self.environment, stderr=messages, start_new_session=True)

    def btsql(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "btsql", *arguments]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False, timeout=300
        )

    def stop(self, process: subprocess.Popen[bytes]) -> int:
        (self.directory / "stop").touch()
        return process.wait(300)

    def evidence(self) -> dict[str, set[str]]:
        """Return the runs by the steps that they are known to have reached."""
        steps: dict[str, set[str]] = {
            word: set() for word in ("begun", "started", "ended", "saved", "waits", "failed")
        }
        for file in self.directory.iterdir():
            if file.name.isdigit():
                # A line that crosses a page of the file may be seen before its end is written.
                whole_lines = file.read_text().rpartition("\n")[0]
                for line in whole_lines.splitlines():
                    word, run_id = line.split()
                    steps[word].add(run_id)
        return steps

    @property
    def messages(self) -> str:
        return (self.directory / "messages").read_text()


@dataclass
class Reckoning:
    """The runs that are not where they should be, after recovery."""

    began: int
    recorded: int
    lost: set[str]
    doubled: int
    falsely_saved: set[str]
    falsely_interrupted: set[str]
    unaccounted: set[str]

    def __str__(self) -> str:
        return (
            f"{self.began} runs began, {self.recorded} are recorded: {len(self.lost)} lost, {self.doubled} doubled, "
            f'{len(self.falsely_saved)} falsely "saved", {len(self.falsely_interrupted)} falsely interrupted, '
            f"{len(self.unaccounted)} unaccounted for"
        )

    def is_clean(self) -> bool:
        return not (
            self.lost or self.doubled or self.falsely_saved or self.falsely_interrupted or self.unaccounted
        )


def reckon(target: Target, evidence: dict[str, set[str]]) -> Reckoning:
    """Compare what the database has with what the processes were told."""
    query = "SELECT run_id::text, status, parameters::text, replaced_interrupted_at FROM btsql.backtest_run"
    with connect(target) as connection:
        rows = connection.execute(query).fetchall()
        started = {str(row[0]) for row in connection.execute("SELECT run_id FROM btsql.started_runs()")}
    found = {row[0]: row[1] for row in rows}
    told = evidence["saved"] | evidence["waits"]
    return Reckoning(
        began=len(evidence["begun"]),
        recorded=len(found),
        lost={run for run in told if found.get(run) != "success"},
        doubled=len(rows) - len({row[2] for row in rows}),
        falsely_saved={run for run in evidence["saved"] if found.get(run) != "success"},
        # Of a run that was told to be kept, or whose real end arrived: nobody should ever have called it dead.
        falsely_interrupted={run for run in told if found.get(run) == "interrupted"}
        | {row[0] for row in rows if row[3] is not None},
        unaccounted=(evidence["started"] - found.keys()) | started,
    )


def killed(process_id: int) -> None:
    """Kill a process if it is there."""
    with suppress(ProcessLookupError):
        os.kill(process_id, signal.SIGKILL)


@pytest.fixture(scope="session")
def embedded_home() -> Iterator[Path]:
    """A private server of its own, with the schema: these tests kill it."""
    home = Path(tempfile.mkdtemp(prefix="btsql-"))
    server = EmbeddedServer(home)
    server.start()
    try:
        deployment.deploy(Target(conninfo=server.conninfo(), server=server))
        yield home
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def embedded(embedded_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Target]:
    """The private server with nothing recorded; what waits is kept in its own home."""
    monkeypatch.setenv("BTSQL_HOME", str(embedded_home))
    server = EmbeddedServer(embedded_home)
    target = Target(conninfo=server.conninfo(), server=server)
    with connect(target) as connection:
        empty(connection)
    shutil.rmtree(embedded_home / "spool", ignore_errors=True)
    yield target
    server.start()


def empty(connection: psycopg.Connection[Any]) -> None:
    connection.execute("DELETE FROM btsql.backtest_run")
    connection.execute("DELETE FROM btsql.run_in_progress")


@pytest.fixture
def processes(tmp_path: Path, embedded: Target) -> Processes:
    """Processes that record into the private server."""
    path = os.pathsep.join([os.fspath(TESTS), os.environ.get("PYTHONPATH", "")])
    return Processes(tmp_path, os.environ | {"PYTHONPATH": path.rstrip(os.pathsep)})
