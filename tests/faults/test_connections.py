"""Connections that are cut in mid-commit, and many processes at once, directly and through a pooler."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from btsql.database import Target, connect
from btsql.embedded_process import account_prefix
from btsql.recovery import started_runs
from faults.conftest import FAULTS, Processes, reckon
from faults.cutting_proxy import AFTER, BEFORE, HALF, NOT, CuttingProxy

pytestmark = pytest.mark.timeout(1800)


@pytest.fixture
def short_directory() -> Iterator[Path]:
    """A directory whose path is short enough for a socket."""
    directory = Path(tempfile.mkdtemp(prefix="btsql-"))
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


def test_the_connection_is_cut_in_mid_commit(
    embedded: Target, processes: Processes, short_directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert embedded.server is not None
    socket_file = embedded.server.socket_directory / ".s.PGSQL.5432"
    proxy = CuttingProxy(socket_file, short_directory, seed=3, share=0.5)
    through = f"host={short_directory} port=5432 user=postgres dbname=btsql"
    try:
        processes.environment["BTSQL_DSN"] = through
        process = processes.start(runs=max(3 * FAULTS, 30))
        assert process.wait(300) == 0, processes.messages
    finally:
        proxy.close()
    # What waits was bound to the way through the proxy, which goes straight to the server by now.
    (short_directory / ".s.PGSQL.5432").unlink()
    (short_directory / ".s.PGSQL.5432").symlink_to(socket_file)
    recovered = processes.btsql("recover")
    assert recovered.returncode == 0, recovered.stderr
    evidence = processes.evidence()
    reckoning = reckon(embedded, evidence)
    counts = ", ".join(f"{proxy.cuts.count(cut)} {cut}" for cut in (BEFORE, HALF, AFTER, NOT))
    with capsys.disabled():
        print(f"\nrecordings cut: {counts}; {len(evidence['waits'])} waited: {reckoning}")
    assert reckoning.is_clean(), reckoning
    assert evidence["begun"] == evidence["saved"] | evidence["waits"]
    assert min(proxy.cuts.count(cut) for cut in (BEFORE, HALF, AFTER)) > 0


def test_64_processes_record_20_runs_each(embedded: Target, processes: Processes) -> None:
    assert processes.start(64, runs=20).wait(300) == 0, processes.messages
    check_1280(embedded, processes)


def check_1280(target: Target, processes: Processes) -> None:
    evidence = processes.evidence()
    assert len(evidence["saved"]) == 1280
    assert (evidence["waits"], evidence["failed"]) == (set(), set())
    assert processes.messages == ""
    reckoning = reckon(target, evidence)
    assert reckoning.is_clean(), reckoning
    assert reckoning.recorded == 1280


@pytest.fixture
def pooler(embedded: Target, short_directory: Path) -> Iterator[Target]:
    """PgBouncer in transaction mode in front of the private server."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program is not None, "PgBouncer is not installed: apt-get install pgbouncer"
    assert embedded.server is not None
    (short_directory / "pgbouncer.ini").write_text(
        f"""[databases]
        btsql = host={embedded.server.socket_directory} port=5432 user=postgres
        [pgbouncer]
        pool_mode = transaction
        default_pool_size = 16
        max_client_conn = 500
        listen_addr =
        listen_port = 6432
        unix_socket_dir = {short_directory}
        auth_type = any
        logfile = {short_directory}/log
        """
    )
    prefix = account_prefix(os.geteuid())  # it refuses root
    with (short_directory / "output").open("wb") as output:
        process = subprocess.Popen(
            [*prefix, program, short_directory / "pgbouncer.ini"], stdout=output, stderr=output
        )
    target = Target(conninfo=f"host={short_directory} port=6432 user=postgres dbname=btsql")
    try:
        deadline = time.monotonic() + 30
        while not answers(target):
            assert process.poll() is None, (short_directory / "output").read_text()
            assert time.monotonic() < deadline, "PgBouncer does not answer"
            time.sleep(0.05)
        yield target
    finally:
        process.terminate()
        process.wait()


def answers(target: Target) -> bool:
    try:
        psycopg.connect(target.conninfo).close()
    except psycopg.OperationalError:
        return False
    return True


def test_64_processes_record_20_runs_each_through_pgbouncer(
    embedded: Target, pooler: Target, processes: Processes
) -> None:
    processes.environment["BTSQL_DSN"] = pooler.conninfo
    assert processes.start(64, runs=20).wait(300) == 0, processes.messages
    check_1280(embedded, processes)
    with connect(embedded) as connection:
        query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
        assert connection.execute(query).fetchone() == (0,), "no lock has leaked into a pooled connection"


def test_through_pgbouncer_nobody_can_tell_whether_a_run_lives(
    pooler: Target, embedded: Target, processes: Processes
) -> None:
    processes.environment["BTSQL_DSN"] = pooler.conninfo
    process = processes.start(runs=1, pause=300)
    try:
        deadline = time.monotonic() + 60
        while not processes.evidence()["started"]:
            assert time.monotonic() < deadline, processes.messages
            time.sleep(0.02)
        assert processes.btsql("history").stdout.startswith("running?")
        assert "left as it is" in processes.btsql("recover").stderr
    finally:
        process.kill()
        process.wait()
    assert "is recorded as interrupted: process" in processes.btsql("history").stderr
    with connect(embedded) as connection:
        assert started_runs(connection) == []
