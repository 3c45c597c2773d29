"""The docs say what the program does: every command, option and exit code; the notebook runs; the site builds.

BTSQL_UPDATE_DOCS=1 writes docs/commands.md anew.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import typer
import typer.main
from nbclient import NotebookClient

import records
from btsql import errors
from btsql.cli import INTERRUPTED, app
from btsql.cli.duplicates import FOUND
from btsql.cli.reruns import DIFFERS
from btsql.database import Target

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ROOT / "docs" / "commands.md"
HEAD = """# Commands

Every command takes `--help`. `RUN` is a reference to a run: an id, some digits of one, `@` for the newest, `@~2` for the
second before it, `@ok` for the newest success. The [guide](guide.md#exit-codes) lists the exit codes.
"""


def commands(group: Any, path: str = "btsql") -> Iterator[tuple[str, Any]]:
    """Yield each command that is not hidden, with what one types for it."""
    for name, command in sorted(group.commands.items()):
        if hasattr(command, "commands"):
            yield from commands(command, f"{path} {name}")
        elif not command.hidden:
            yield f"{path} {name}", command


def described(path: str, command: Any) -> str:
    """Return the section of one command."""
    context = typer.Context(command, info_name=path)
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    lines = [f"## {path}", "", (command.help or "").replace("\b\n", "").strip(), "", f"    {usage}", ""]
    rows = [row for parameter in command.params if (row := explained(parameter, context))]
    if rows:
        lines += ["| argument or option | meaning |", "| --- | --- |", *rows, ""]
    return "\n".join(lines)


def explained(parameter: Any, context: typer.Context) -> str | None:
    """Return the row of one argument or option, None for what is hidden and for --help."""
    if parameter.name == "help" or getattr(parameter, "hidden", False):
        return None
    text = " ".join((getattr(parameter, "help", None) or "").split()).replace("|", "\\|")
    if parameter.param_type_name == "option":
        name = ", ".join(f"`{one}`" for one in [*parameter.opts, *parameter.secondary_opts])
        if choices := getattr(parameter.type, "choices", None):
            text += f" One of {', '.join(getattr(choice, 'value', choice) for choice in choices)}."
    else:
        name = f"`{parameter.make_metavar(context)}`"
    return f"| {name} | {text} |"


def page() -> str:
    group = typer.main.get_command(app.commands())
    return HEAD + "".join(f"\n{described(path, command)}" for path, command in commands(group))


def test_every_command_and_option_is_documented_as_it_is() -> None:
    if os.environ.get("BTSQL_UPDATE_DOCS"):
        COMMANDS.write_text(page())
    assert COMMANDS.read_text() == page()
    assert "## btsql history" in page()
    assert "`--limit`" in page()


def test_nothing_is_left_unexplained() -> None:
    rows = re.findall(r"^\| (`.+?) \| (.*?) \|$", page(), re.MULTILINE)
    assert len(rows) > 20
    assert [name for name, meaning in rows if not meaning] == []


def test_the_list_of_commands_cuts_no_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    group = typer.main.get_command(app.commands())
    listed = group.get_help(typer.Context(group)).partition("Commands:")[2].splitlines()[1:]
    assert [line.split()[0] for line in listed] == list(app.COMMANDS)
    assert [line for line in listed if not line.endswith(".") or line.endswith("...")] == []


def exit_codes() -> set[int]:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    return {kind.exit_code for kind in kinds if issubclass(kind, errors.BtsqlError)}


def test_every_exit_code_is_documented_once() -> None:
    documented = {
        path.name: re.findall(r"^\| (\d+) \|", path.read_text(), re.MULTILINE)
        for path in (ROOT / "docs").rglob("*.md")
    }
    expected = sorted(exit_codes() | {0, FOUND, DIFFERS, INTERRUPTED})
    assert {name: [int(code) for code in codes] for name, codes in documented.items() if codes} == {
        "guide.md": expected
    }


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    for name in ("docs", "mkdocs.yml"):
        (tmp_path / name).symlink_to(ROOT / name)
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No issues found" in done.stdout + done.stderr


@pytest.mark.filterwarnings("default")  # Jupyter's own
def test_the_notebook_runs(database: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    records.save(
        database,
        *(
            records.success(
                after=60 * fast,
                parameters={"fast_period": fast, "slow_period": 50},
                metrics=records.METRICS | {"sharpe_ratio": fast / 10},
            )
            for fast in (5, 10, 20)
        ),
    )
    monkeypatch.setenv("BTSQL_DSN", database.conninfo)
    written = (ROOT / "docs" / "notebook.ipynb").read_text()
    notebook = nbformat.from_dict(json.loads(written))
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("<table>" in output.get("data", {}).get("text/html", "") for output in outputs)
    assert "[('success', 3)]" in outputs[-1]["data"]["text/plain"]
