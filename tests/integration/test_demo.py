"""The demonstration behind `make demo`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from btsql.database import Target
from btsql.demo import environment_of
from records import save, success
from terminal import on_terminal


def test_its_commands_wait_for_no_pager(
    database: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(database, success())
    monkeypatch.setenv("PAGER", "echo PAGED")
    command = [sys.executable, "-m", "btsql", "show", "@", "--dsn", database.conninfo]
    login = {name: value for name, value in os.environ.items() if name.startswith("PG")}  # of a test server
    shown = on_terminal(command, environment_of(tmp_path) | login)
    assert len(shown.lines) > 24
    assert "PAGED" not in shown.text
