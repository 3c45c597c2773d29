"""Which programs deploy the schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from btsql import deployment
from btsql.database import Target


def test_the_newest_psql_is_found_among_whatever_else_is_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("btsql.deployment.INSTALLED", tmp_path)
    for version in ("9.6", "15", "16", "current", "17beta"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "psql").touch()
    assert deployment.psql_program(Target(conninfo="")) == str(tmp_path / "16" / "bin" / "psql")
