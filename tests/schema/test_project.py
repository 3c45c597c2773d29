"""The Sqitch project is whole: each change has its four files, and the package carries it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import psycopg
import pytest

from btsql import database, deployment
from btsql.database import Target, connect
from btsql.errors import OperationFailed

ROOT = Path(__file__).resolve().parents[2]
PLAN = (ROOT / "sqitch.plan").read_text().splitlines()
CHANGES = [line.split()[0] for line in PLAN if line and not line.startswith(("%", "@", "#"))]


def required_by(change: str) -> list[str]:
    text = (ROOT / "deploy" / f"{change}.sql").read_text()
    return re.findall(r"^-- requires: (\S+)$", text, re.MULTILINE)


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_has_its_four_files(change: str) -> None:
    for directory in ("deploy", "revert", "verify", "pgtap_tests"):
        assert (ROOT / directory / f"{change}.sql").is_file(), f"{directory}/{change}.sql"


@pytest.mark.parametrize("directory", ["deploy", "revert", "verify"])
def test_no_file_is_outside_the_plan(directory: str) -> None:
    files = {
        path.relative_to(ROOT / directory).with_suffix("").as_posix()
        for path in (ROOT / directory).rglob("*.sql")
    }
    assert files == set(CHANGES)


@pytest.mark.parametrize("line", [line for line in PLAN if line and not line.startswith(("%", "@"))])
def test_every_change_says_what_it_is_and_names_what_it_needs(line: str) -> None:
    change = line.split(maxsplit=1)[0]
    assert re.search(r" # \w.*$", line), "a sentence"
    planned = re.search(r"\[(.*?)\]", line)
    assert sorted(required_by(change)) == sorted(planned.group(1).split() if planned else [])
    assert set(required_by(change)) <= set(CHANGES[: CHANGES.index(change)])


def test_the_python_layer_and_the_schema_are_of_one_version(connection: psycopg.Connection) -> None:
    assert database.schema_version(connection) == database.SCHEMA_VERSION


def test_deploying_again_changes_nothing(database: Target) -> None:
    lines: list[str] = []
    deployment.deploy(database, lines.append)
    assert any("up-to-date" in line for line in lines)
    connect(database).close()


def test_verify_notices_a_missing_trigger(database: Target) -> None:
    with connect(database) as connection:
        connection.execute("ALTER TABLE btsql.backtest_run DISABLE TRIGGER backtest_run_is_immutable")
    with pytest.raises(OperationFailed, match="triggers/backtest_run"):
        deployment.run_sqitch(database, ["verify"], lambda _line: None)


def test_revert_leaves_only_the_registry_and_the_group_roles(empty_database: Target) -> None:
    with connect(empty_database, check_schema=False) as connection:
        before = set(connection.execute("SELECT rolname FROM pg_roles").fetchall())
    deployment.deploy(empty_database)
    deployment.revert(empty_database)
    with connect(empty_database, check_schema=False) as connection:
        after = set(connection.execute("SELECT rolname FROM pg_roles").fetchall())
        schemas = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)'"
        ).fetchall()
        settings = connection.execute(
            "SELECT setconfig FROM pg_db_role_setting WHERE setdatabase = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())"
        ).fetchall()
        roles = connection.execute("SELECT rolname FROM pg_roles WHERE rolname ~ '^btsql_'").fetchall()
    assert {name for (name,) in schemas} == {"public", deployment.REGISTRY}
    assert settings == []
    assert {name for (name,) in roles} >= {"btsql_reader", "btsql_writer"}
    assert after - before <= {("btsql_reader",), ("btsql_writer",)}
    deployment.deploy(empty_database)
    connect(empty_database).close()


def test_a_search_path_of_the_users_own_is_kept(empty_database: Target) -> None:
    with connect(empty_database, check_schema=False) as connection:
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET search_path = mine, public")
    deployment.deploy(empty_database)
    with connect(empty_database) as connection:
        assert connection.execute("SHOW search_path").fetchone() == ("mine, public, btsql",)
    deployment.revert(empty_database)
    with connect(empty_database, check_schema=False) as connection:
        assert connection.execute("SHOW search_path").fetchone() == ("mine, public",)


def modules_under(package: Path) -> set[Path]:
    return {path.relative_to(package) for path in package.rglob("*.py")}


def test_the_wheel_deploys_without_a_checkout(empty_database: Target, tmp_path: Path) -> None:
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
    ]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True, cwd=tmp_path)
    (wheel,) = tmp_path.glob("btsql-*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    shipped = {
        path.relative_to(installed / "btsql/sqitch").as_posix()
        for path in (installed / "btsql/sqitch").rglob("*.sql")
    }
    assert shipped == {
        f"{kind}/{change}.sql" for kind in ("deploy", "revert", "verify") for change in CHANGES
    }
    assert modules_under(installed / "btsql") == modules_under(ROOT / "python/btsql")
    assert Path("startup/sitecustomize.py") in modules_under(
        installed / "btsql"
    )  # what `btsql exec` starts with

    environment = os.environ | {"PYTHONPATH": os.fspath(installed), "BTSQL_DSN": empty_database.conninfo}
    command = [sys.executable, "-c", "import btsql; print(btsql.__file__); import btsql.__main__", "init"]
    result = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith(os.fspath(installed))
    connect(empty_database).close()
