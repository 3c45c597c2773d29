"""Processes that record runs as a hook does, without the engine, and leave evidence of what they were told.

recording_processes.py DIRECTORY PROCESSES RUNS [PAUSE]: that many processes, each recording so many runs (0: until
DIRECTORY/stop is there), with a pause of so many seconds inside each. Each writes a line to DIRECTORY/<pid> before and
after every step: a file outlives the process that wrote it.
"""

from __future__ import annotations

import dataclasses
import os
import sys
import time
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import records
from btsql.errors import RunWaits
from btsql.record import new_run_id
from btsql.recorder import recorder, try_to_save


def main() -> int:
    directory, processes, runs = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    pause = float(sys.argv[4]) if len(sys.argv) > 4 else 0.0
    if processes == 1:
        return record_runs(directory, runs, pause)
    children = []
    for _ in range(processes):
        child = os.fork()
        if child == 0:
            try:
                os._exit(record_runs(directory, runs, pause))
            finally:
                os._exit(3)  # a traceback was printed
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    return max(map(abs, codes))


def record_runs(directory: Path, runs: int, pause: float) -> int:
    evidence = os.open(directory / str(os.getpid()), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    failures = 0
    for number in count():
        if number == runs > 0 or (directory / "stop").exists():
            break
        started_at = datetime.now(UTC)
        run_id = new_run_id(started_at)
        record = records.success(
            run_id=run_id,
            started_at=started_at,
            parameters={"process": os.getpid(), "number": number},
            snapshot={"format": 1, "filler": "x" * 2000},
        )
        begun = dataclasses.replace(
            record, status="interrupted", duration_seconds=None, metrics=None, instruments=None
        )
        os.write(evidence, f"begun {run_id}\n".encode())
        recorder().start(begun)
        if run_id in recorder()._started | recorder()._kept_starts:  # the database knows, or the spool
            os.write(evidence, f"started {run_id}\n".encode())
        time.sleep(pause)
        os.write(evidence, f"ended {run_id}\n".encode())
        problem = try_to_save(record, recorder(), quiet=True)
        word = "saved" if problem is None else "waits" if isinstance(problem, RunWaits) else "failed"
        os.write(evidence, f"{word} {run_id}\n".encode())
        failures += word == "failed"
    recorder().close()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
