"""An evening at a terminal: a run with its progress, a listing in the pager, a question, and Ctrl-C in the middle."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from btsql.database import Target
from conftest import Run
from records import save, success
from terminal import HIDE_CURSOR, Session, on_terminal

TESTS = Path(__file__).resolve().parents[1]
MOCK = ("--instrument", "TEST.SIM", "--data", "mock")


@pytest.mark.engine
def test_a_session_at_a_terminal(
    environment: dict[str, str], btsql: Run, database: Target, tmp_path: Path
) -> None:
    wanted = {name: value for name, value in environment.items() if name not in {"NO_COLOR", "BTSQL_PAGER"}}
    search_path = os.pathsep.join([os.fspath(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])])
    wanted |= {"SLOW_DIRECTORY": os.fspath(tmp_path), "PYTHONPATH": search_path}

    def at_terminal(
        *arguments: str, typed: dict[str, str] | None = None, ctrl_c_after: str | None = None
    ) -> Session:
        command = [sys.executable, "-m", "btsql", *arguments]
        session = on_terminal(command, wanted, typed=typed, ctrl_c_after=ctrl_c_after)
        assert session.is_sane
        return session

    ran = at_terminal("run", "sma_crossover", *MOCK)
    assert ran.exit_code == 0, ran.text
    assert HIDE_CURSOR in ran.written, "a bar moves"
    assert "1043" in ran.text
    assert ran.has_colours

    save(database, *(success(after=second) for second in range(40)))
    paged = at_terminal("history", "-n", "40", typed={"\x1b[K": "q"})
    assert paged.exit_code == 0
    assert paged.has_colours
    assert paged.text.count("success") < 40, "q leaves the pager before the end"

    unwanted = json.loads(btsql("show", "@", "--format", "json").stdout)["short_id"]
    asked = at_terminal("delete", unwanted, typed={"[y/N] ": "y\n"})
    assert asked.exit_code == 0
    assert btsql("show", unwanted).returncode == 3

    stopped = at_terminal("run", "slow_strategy:Slow", *MOCK, ctrl_c_after="prints what it likes")
    assert stopped.exit_code == 130, stopped.text
    assert HIDE_CURSOR in stopped.written
    assert "btsql: interrupted" in stopped.text
    assert "Traceback" not in stopped.text
    run = json.loads(btsql("show", "@", "--format", "json").stdout)
    assert (run["status"], run["strategy_type"]) == ("interrupted", "Slow")
    assert run["short_id"][:8] in stopped.text
    assert "interrupted" in at_terminal("history", "-n", "1").text
