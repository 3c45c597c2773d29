"""What the commands import, in the real process: what is not needed would be waited for every time."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from btsql.database import Target
from records import failure, save, success
from terminal import on_terminal

IMPORTED = re.compile(r"^import time: +\d+ \| +\d+ \| +(\S+)", re.M)
HEAVY = {"nautilus_trader", "pandas", "numpy", "pydantic", "msgspec"}


def imported(environment: dict[str, str], *arguments: str) -> set[str]:
    """Return the packages that a command imports in a pipe, after it did its work."""
    command = [sys.executable, "-X", "importtime", "-m", "btsql", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout
    return packages(done.stderr)


def packages(report: str) -> set[str]:
    found = {name.partition(".")[0] for name in IMPORTED.findall(report)}
    assert {"btsql", "typer"} <= found, "the report is read wrongly"
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        ("history",),
        ("history", "--format", "json", "--since", "2026-01-01"),
        ("history", "--format", "csv"),
        ("show", "@"),
        ("show", "@~1", "--traceback"),
        ("status",),
    ],
    ids=" ".join,
)
def test_commands_that_read_import_nothing_heavy(
    environment: dict[str, str], database: Target, arguments: tuple[str, ...]
) -> None:
    save(database, failure(after=1), success(after=2))
    found = imported(environment, *arguments)
    assert "psycopg" in found
    assert not found & (HEAVY | {"rich", "btsql.adapters"})


def test_history_on_a_terminal_imports_rich_and_nothing_heavy(
    environment: dict[str, str], database: Target
) -> None:
    save(database, success())
    command = [sys.executable, "-X", "importtime", "-m", "btsql", "history"]
    found = packages(on_terminal(command, environment).text)
    assert "rich" in found
    assert not found & HEAVY


@pytest.mark.parametrize("arguments", [("--help",), ("history", "--help"), ("--version",)], ids=" ".join)
def test_help_needs_no_database(environment: dict[str, str], arguments: tuple[str, ...]) -> None:
    assert not imported(environment, *arguments) & (HEAVY | {"psycopg", "rich"})
