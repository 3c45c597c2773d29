"""Runs the tests that touch a database on a PostgreSQL in a container, which is removed at the end.

python tests/container.py [pytest arguments]

BTSQL_TEST_IMAGE names the image, `postgres:18` by default. Docker's own variables name the engine. Where no
engine answers, or it neither has the image nor can fetch it, nothing is tested: the exit code is 3.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg.conninfo import make_conninfo

if TYPE_CHECKING:
    import pytest
    from testcontainers.community.postgres import PostgresContainer

ROOT = Path(__file__).resolve().parents[1]
IMAGE = "postgres:18"
PORT = 5432
ROLE = "postgres"
NOT_RUN = 3

# Tests without any of these fixtures of conftest.py have nothing to do with the server of BTSQL_TEST_DSN.
DATABASE_FIXTURES = {"template", "database", "empty_database"}


class NotRun(Exception):
    """Nothing can be tested here; the message says why and what to do."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests that use a database; pytest loads this file as a plugin for this."""
    used = [item for item in items if DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))]
    config.hook.pytest_deselected(items=[item for item in items if item not in used])
    items[:] = used


def main(pytest_arguments: list[str]) -> int:
    """Run the tests on a server in a container, and return the exit code."""
    image = os.environ.get("BTSQL_TEST_IMAGE") or IMAGE
    # Its helper is one more image to fetch, for what the `with` statement below does as well.
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
    # A termination ends the `with` statements too, which remove the container.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        need_image(image)
    except NotRun as exc:
        print(f"NOT RUN: {exc}")
        return NOT_RUN

    from testcontainers.community.postgres import PostgresContainer  # it reads the environment

    password = secrets.token_urlsafe()
    container = PostgresContainer(image, username=ROLE, password=password, dbname=ROLE, driver=None)
    print(f"=== {image}: starting the container", flush=True)
    started = time.monotonic()
    with ExitStack() as stack:
        passfile = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="btsql-")), "pgpass")
        try:
            stack.enter_context(container)
        except Exception as exc:  # noqa: BLE001 - whatever it was, the container is gone, and the message has the password
            details = "\n".join([str(exc), *getattr(exc, "__notes__", ())])
            print(f"FAILED: {image} did not start: {details}".replace(password, "***"))
            return 1
        print(f"=== {image}: up after {time.monotonic() - started:.1f} s", flush=True)
        # A failed test prints its connection string, so the password is elsewhere.
        passfile.touch(mode=0o600)
        passfile.write_text(f"*:*:*:*:{password}\n")
        code = run_pytest(connection_string(container), passfile, pytest_arguments)
    print(f"{'passed' if code == 0 else 'FAILED'}: the database tests on {image}; the container is removed")
    return code


def need_image(image: str) -> None:
    """Find a Docker engine and the image, fetching it if need be.

    Raises
    ------
    NotRun
        There is none.

    """
    import docker
    from docker.errors import APIError, DockerException, ImageNotFound

    try:
        client = docker.from_env()
        client.ping()
    except (DockerException, OSError) as exc:
        raise NotRun(
            f"no Docker engine answers ({exc})\n"
            "Start one that this account may use (on Debian: apt-get install docker.io; group docker),\n"
            "or name one with DOCKER_HOST. Without Docker: BTSQL_TEST_DSN=... make test, on any server."
        ) from exc
    try:
        client.images.get(image)
    except ImageNotFound:
        print(f"=== {image}: fetching the image", flush=True)
        try:
            client.images.pull(image)
        except (APIError, OSError) as exc:
            raise NotRun(
                f"the Docker engine cannot fetch the image {image} ({exc})\n"
                "Name one that it has, or that it can fetch: BTSQL_TEST_IMAGE=... make test-container"
            ) from exc
    finally:
        client.close()


def connection_string(container: PostgresContainer) -> str:
    """Return where the server in the container is, without the password."""
    return make_conninfo(
        host=container.get_container_host_ip(),
        port=container.get_exposed_port(PORT),
        user=container.username,
        dbname=container.dbname,
    )


def run_pytest(dsn: str, passfile: Path, arguments: list[str]) -> int:
    """Run the tests that use a database on this server."""
    python_path = os.pathsep.join(filter(None, [os.fspath(ROOT / "tests"), os.environ.get("PYTHONPATH")]))
    environment = os.environ | {
        "BTSQL_TEST_DSN": dsn,
        "PGPASSFILE": os.fspath(passfile),
        "PYTHONPATH": python_path,
    }
    command = [sys.executable, "-m", "pytest", "-p", Path(__file__).stem, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
