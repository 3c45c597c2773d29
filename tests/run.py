"""Runs every check on every server there is here, and says at the end what passed, failed or could not run.

python tests/run.py [pytest arguments]
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from btsql import deployment
from btsql.database import LIBPQ_VARIABLES, Target
from btsql.embedded import EmbeddedServer
from btsql.errors import BtsqlError

ROOT = Path(__file__).resolve().parents[1]
SYSTEM_SERVER = "15"  # the oldest that the schema supports, and Debian 12's own


@dataclass
class Summary:
    """What each check came to."""

    lines: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, result: str, check: str, detail: str = "") -> None:
        """Note the result of one check: passed, FAILED or NOT RUN."""
        self.lines.append((result, check, detail))
        print(f"--- {result}: {check} {detail}".rstrip(), flush=True)

    def has(self, result: str) -> bool:
        """Tell whether any check ended so."""
        return any(line[0] == result for line in self.lines)

    def __str__(self) -> str:
        return "\n".join(f"{result:<8} {check:<58} {detail}".rstrip() for result, check, detail in self.lines)


def main(pytest_arguments: list[str]) -> int:
    """Run everything and return the exit code."""
    for name in (*LIBPQ_VARIABLES, "BTSQL_DSN", "BTSQL_HOME"):
        os.environ.pop(name, None)
    summary = Summary()
    run_pytest(summary, pytest_arguments)
    check_server(summary, "embedded PostgreSQL 18", None)
    system = Path(f"/usr/lib/postgresql/{SYSTEM_SERVER}/bin")
    if (system / "postgres").exists():
        check_server(summary, f"PostgreSQL {SYSTEM_SERVER}", system)
    else:
        summary.add("NOT RUN", f"PostgreSQL {SYSTEM_SERVER}", f"apt-get install postgresql-{SYSTEM_SERVER}")
    print(f"\n{summary}\n")
    if summary.has("FAILED"):
        return 1
    return 1 if summary.has("NOT RUN") and os.environ.get("CI") else 0


def run_pytest(summary: Summary, arguments: list[str]) -> None:
    """Run the Python tests."""
    heading("Python tests")
    started = time.monotonic()
    if shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        summary.add("NOT RUN", "recording through PgBouncer", "apt-get install pgbouncer")
        arguments = [*arguments, "-k", "not pgbouncer"]
    for shell in ("zsh", "fish"):
        if shutil.which(shell) is None:
            summary.add("NOT RUN", f"completion in {shell}", f"apt-get install {shell}")
    # Tests wait for other processes more than they compute, so there may be more of them than processors.
    workers = str(min(2 * (os.cpu_count() or 1), 8))
    command = [sys.executable, "-m", "pytest", "--numprocesses", workers, "--dist", "worksteal", *arguments]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    detail = f"{time.monotonic() - started:.0f} s"
    if os.geteuid() != 0:
        detail += ", without those about root, who did not run them"
    summary.add("passed" if code == 0 else "FAILED", "Python tests", detail)


def check_server(summary: Summary, name: str, binaries: Path | None) -> None:
    """Deploy, verify, revert and deploy again on one server, then run the pgTAP tests there."""
    heading(name)
    with running_server(binaries) as target:
        try:
            cycle(target)
        except BtsqlError as exc:
            print(exc)
            summary.add("FAILED", f"{name}: deploy, verify, revert, deploy again")
            return
        summary.add("passed", f"{name}: deploy, verify, revert, deploy again")
        run_pgtap(summary, name, target)


@contextmanager
def running_server(binaries: Path | None) -> Iterator[Target]:
    """Run a server of its own in a directory of its own."""
    home = Path(tempfile.mkdtemp(prefix="btsql-"))
    home.chmod(0o755)  # a server of another account must reach its files
    server = EmbeddedServer(home, binaries)
    try:
        server.start()
        yield Target(conninfo=server.conninfo(), server=server)
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def cycle(target: Target) -> None:
    """Deploy, verify, revert to nothing and deploy again; nothing of ours may be left in between."""
    deployment.deploy(target)
    with psycopg.connect(target.conninfo) as connection:
        before = settings_of(connection)
    deployment.revert(target)
    with psycopg.connect(target.conninfo) as connection:
        left = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname = 'btsql'").fetchall()
        if left or "btsql" in settings_of(connection) or "btsql" not in before:
            raise BtsqlError(f"revert left something behind: {left} {settings_of(connection)}")
    deployment.deploy(target, print)


def settings_of(connection: psycopg.Connection) -> str:
    """Return the settings stored with the database."""
    row = connection.execute(
        "SELECT coalesce(string_agg(setconfig::text, ' '), '') FROM pg_db_role_setting"
    ).fetchone()
    return row[0] if row else ""


def run_pgtap(summary: Summary, name: str, target: Target) -> None:
    """Run every pgTAP file with pg_prove."""
    check = f"{name}: pgTAP"
    pg_prove = shutil.which("pg_prove")
    script = pgtap_script()
    if pg_prove is None or script is None:
        packages = f"libtap-parser-sourcehandler-pgtap-perl postgresql-{SYSTEM_SERVER}-pgtap"
        summary.add("NOT RUN", check, f"apt-get install {packages}")
        return
    psql = deployment.psql_program(target)
    environment = deployment.client_environment(target)
    load_extensions(target, script)
    command = [pg_prove, "--psql-bin", psql, "--recurse", "--ext", ".sql", os.fspath(ROOT / "pgtap_tests")]
    result = subprocess.run(command, env=environment, cwd=ROOT, check=False, text=True, capture_output=True)
    print(result.stdout, result.stderr, sep="")
    counted = re.search(r"Files=\d+, Tests=\d+", result.stdout)
    passed = result.returncode == 0 and counted is not None and "Result: PASS" in result.stdout
    summary.add("passed" if passed else "FAILED", check, counted.group() if counted else "no test ran")
    check_plpgsql(summary, name, target)


def load_extensions(target: Target, script: Path) -> None:
    """Load pgTAP from its file, which works on every server, and plpgsql_check where the server has it."""
    with psycopg.connect(target.conninfo, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA tap")
        connection.execute("SET search_path = tap")
        connection.execute(script.read_bytes())
        if has_plpgsql_check(connection):
            connection.execute("CREATE EXTENSION plpgsql_check SCHEMA tap")


def has_plpgsql_check(connection: psycopg.Connection) -> bool:
    """Tell whether the server can check the bodies of functions."""
    query = "SELECT FROM pg_available_extensions WHERE name = 'plpgsql_check'"
    return connection.execute(query).fetchone() is not None


def check_plpgsql(summary: Summary, name: str, target: Target) -> None:
    """Say where the bodies of functions were checked; one server that has the extension is enough."""
    if target.server is None or f"PostgreSQL {SYSTEM_SERVER}" != name:
        return
    with psycopg.connect(target.conninfo) as connection:
        available = has_plpgsql_check(connection)
    if available:
        summary.add("passed", f"{name}: plpgsql_check", "within the pgTAP tests")
    else:
        summary.add(
            "NOT RUN", f"{name}: plpgsql_check", f"apt-get install postgresql-{SYSTEM_SERVER}-plpgsql-check"
        )


def pgtap_script() -> Path | None:
    """Return the newest file that defines all of pgTAP, of any PostgreSQL installed here."""
    scripts = Path("/usr/share/postgresql").glob("*/extension/pgtap--*.sql")
    whole = [script for script in scripts if script.name.count("--") == 1]
    return max(
        whole, key=lambda script: [int(part) for part in re.findall(r"\d+", script.stem)], default=None
    )


def heading(text: str) -> None:
    """Print what comes next."""
    print(f"\n=== {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
