"""Recorders and servers that are killed at random moments: no run is lost, doubled or falsely called anything."""

from __future__ import annotations

import random
import shutil
import time

import psutil
import pytest

from btsql.database import Target
from btsql.embedded import EmbeddedServer
from btsql.embedded_process import read_pid_file
from btsql.spool import Spool
from faults.conftest import FAULTS, Processes, killed, reckon

pytestmark = pytest.mark.timeout(1800)


def wait_for_evidence(processes: Processes, runs: int, step: str = "begun") -> None:
    deadline = time.monotonic() + 60
    while len(processes.evidence()[step]) <= runs:
        assert time.monotonic() < deadline, processes.messages
        time.sleep(0.005)


@pytest.mark.parametrize("is_up", [True, False], ids=["server up", "server away"])
def test_a_recorder_is_killed(
    embedded: Target, processes: Processes, capsys: pytest.CaptureFixture[str], *, is_up: bool
) -> None:
    assert embedded.server is not None
    moments = random.Random(1)  # noqa: S311 - the same moments each time
    if not is_up:  # a server that cannot be started either
        embedded.server.stop()
        embedded.server.data_directory.rename(embedded.server.home / "away")
        embedded.server.data_directory.mkdir()
        (embedded.server.data_directory / "something").touch()
    try:
        for number in range(FAULTS):
            # During runs, in mid-commit, and once for certain while a run that is known is under way.
            pause, step = (0.03 * (number % 2), "begun") if number else (300.0, "started")
            before = len(processes.evidence()[step])
            process = processes.start(pause=pause)
            wait_for_evidence(processes, before, step)
            time.sleep(moments.uniform(0, 0.4))
            process.kill()
            process.wait()
    finally:
        if not is_up:
            shutil.rmtree(embedded.server.data_directory)
            (embedded.server.home / "away").rename(embedded.server.data_directory)
    recovered = processes.btsql("recover")
    assert recovered.returncode == 0, recovered.stderr
    reckoning = reckon(embedded, processes.evidence())
    with capsys.disabled():
        print(f"\nrecorder killed {FAULTS} times, server {'up' if is_up else 'away'}: {reckoning}")
    assert reckoning.is_clean(), reckoning
    assert processes.evidence()["saved" if is_up else "waits"]
    # The next one to connect says so.
    assert "is recorded as interrupted: process" in processes.messages + recovered.stderr
    if not is_up:
        left = Spool.default().summary(embedded.identity)
        assert (left.started, left.waiting) == (0, 0)
        assert "btsql: delivered" in recovered.stderr


def test_the_server_is_killed(
    embedded: Target, processes: Processes, capsys: pytest.CaptureFixture[str]
) -> None:
    assert embedded.server is not None
    moments = random.Random(2)  # noqa: S311 - the same moments each time
    process = processes.start(8, pause=0.002)
    for _ in range(FAULTS):
        wait_for_evidence(processes, len(processes.evidence()["saved"]) + 8, "saved")  # it is up again
        time.sleep(moments.uniform(0, 0.2))
        kill_something(embedded.server, moments)
    wait_for_evidence(processes, len(processes.evidence()["saved"]) + 40, "saved")
    assert processes.stop(process) == 0, processes.messages
    recovered = processes.btsql("recover")
    assert recovered.returncode == 0, recovered.stderr
    evidence = processes.evidence()
    reckoning = reckon(embedded, evidence)
    with capsys.disabled():
        print(
            f"\nserver killed {FAULTS} times under 8 processes ({len(evidence['waits'])} waited): {reckoning}"
        )
    assert reckoning.is_clean(), reckoning
    assert evidence["begun"] == evidence["saved"] | evidence["waits"]
    assert "interrupted" not in recovered.stderr


def kill_something(server: EmbeddedServer, moments: random.Random) -> None:
    """Kill the postmaster or one of its children, whichever there is."""
    postmaster, _ = read_pid_file(server.data_directory)
    if postmaster is None:
        return
    try:
        children = psutil.Process(postmaster).children()
    except psutil.NoSuchProcess:
        return
    is_postmaster = moments.random() < 0.5 or not children
    killed(postmaster if is_postmaster else moments.choice(children).pid)
