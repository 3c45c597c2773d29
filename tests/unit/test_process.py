"""Whether a process is known to be gone, and when nobody can know."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

import pytest

from btsql.process import this_process, why_gone


def of_another() -> tuple[subprocess.Popen[str], dict[str, Any]]:
    """Return a process that waits, and what it says of itself."""
    program = "import json, sys; from btsql.process import this_process; print(json.dumps(this_process())); sys.stdout.flush(); sys.stdin.read()"
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())


def test_a_process_that_lives_is_not_gone() -> None:
    process, said = of_another()
    with process:
        assert why_gone(said, only_this_machine=True) is None
        assert why_gone(this_process(), only_this_machine=True) is None
        process.kill()


def test_a_killed_one_is_gone_even_before_its_parent_takes_notice() -> None:
    process, said = of_another()
    with process:
        process.kill()
        deadline = time.monotonic() + 60
        while why_gone(said, only_this_machine=False) is None:
            assert time.monotonic() < deadline
        assert process.returncode is None, "it is a zombie"
        assert (
            why_gone(said, only_this_machine=False)
            == f"process {process.pid} on {os.uname().nodename} ended while it ran"
        )
    assert why_gone(said, only_this_machine=False) is not None, "nor is it there any more"


def test_another_process_under_the_same_id_is_not_the_same() -> None:
    earlier = this_process() | {"process_start": this_process()["process_start"] - 1}
    assert why_gone(earlier, only_this_machine=False) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"pid_namespace": "pid:[1]"},
        {"pid_namespace": None},
        {"boot_id": None},
        {"boot_id": "another"},
        {"process_id": None},
        {"process_id": -1},
        {"process_id": "1"},
        {"process_id": 10**30},
        {"process_start": None},
    ],
)
def test_who_cannot_be_looked_up_here_is_not_known_to_be_gone(changes: dict[str, Any]) -> None:
    gone = this_process() | {"process_start": 1}
    assert why_gone(gone, only_this_machine=False) is not None
    assert why_gone(gone | changes, only_this_machine=False) is None


def test_before_a_restart_of_the_only_machine_all_are_gone() -> None:
    assert why_gone(this_process() | {"boot_id": "earlier"}, only_this_machine=True) is not None


def test_nothing_known_is_nothing_concluded() -> None:
    assert why_gone({}, only_this_machine=True) is None
