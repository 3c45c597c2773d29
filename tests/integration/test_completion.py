"""What TAB offers, in the shells themselves where they are installed."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from btsql.database import Target
from btsql.record import RunRecord
from btsql.strategies import BUILTIN
from conftest import Run
from records import failure, save, success
from terminal import on_terminal

# How each shell loads what `btsql completion` prints, without the user's own settings.
SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(btsql completion bash)"'),
    "zsh": (["zsh", "-f", "-i"], 'autoload -U compinit; compinit -u -D; eval "$(btsql completion zsh)"'),
    "fish": (["fish", "--no-config", "-i"], "btsql completion fish | source"),
}
EACH_SHELL = [
    pytest.param(name, marks=pytest.mark.skipif(not shutil.which(name), reason=f"{name} is not installed"))
    for name in SHELLS
]


@pytest.fixture
def recorded(database: Target) -> list[RunRecord]:
    records = [
        success(after=1, strategy_name="fast and loose"),
        failure(after=2, strategy_type="momentum", strategy_path="my.momentum:Momentum"),
        success(after=3, instruments=("EUR/USD.SIM",)),
    ]
    save(database, *records)
    return records


@pytest.fixture
def shell_environment(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """An environment in which `btsql` is the one that is tested."""
    program = tmp_path / "btsql"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m btsql "$@"\n')
    program.chmod(0o755)
    home = {"HOME": os.fspath(tmp_path), "XDG_CONFIG_HOME": os.fspath(tmp_path), "PS1": "$ "}
    return environment | home | {"PATH": f"{tmp_path}:{environment['PATH']}"}


def offered(btsql: Run, environment: dict[str, str], line: str) -> dict[str, str]:
    """Return what btsql offers for a line that is being typed, with its context."""
    asked = {
        "_BTSQL_COMPLETE": "complete_fish",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_ARGS": line,
    }
    done = btsql(env=environment | asked)
    assert done.stderr == ""
    pairs = (candidate.partition("\t") for candidate in done.stdout.split("\n") if candidate)
    return {value: context for value, _, context in pairs}


def test_ids_come_with_what_the_run_was(
    btsql: Run, environment: dict[str, str], recorded: list[RunRecord]
) -> None:
    ids = [record.run_id.hex[-12:-4] for record in recorded]
    contexts = [
        "2026-03-02 09:30 fast and loose AAPL.XNAS +25.00%",
        "2026-03-02 09:30 momentum  failure",
        "2026-03-02 09:30 sma_crossover EUR/USD.SIM +25.00%",
    ]
    for command in (
        "show", "compare", "note", "tag", "delete", "check", "history --after", "check-duplicate --like",
    ):  # fmt: skip
        found = offered(btsql, environment, f"btsql {command} ")
        assert found == dict(zip(reversed(ids), reversed(contexts), strict=True))
    assert list(offered(btsql, environment, f"btsql compare {ids[0]} {ids[1][:4]}")) == [ids[1]]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("history --type ", {"sma_crossover": "2 runs", "momentum": "1 run"}),
        ("best --strategy fa", {"fast and loose": "1 run"}),
        ("strategy mo", {"momentum": "1 run"}),
        ("history --instrument ", {"EUR/USD.SIM": "1 run", "AAPL.XNAS": "1 run"}),
        ("best --plot p:sh", {"p:sharpe_ratio": "Sharpe ratio"}),
        ("strategy x --plot sh", {"sharpe_ratio": "Sharpe ratio"}),
        ("best --metric sh", {"sharpe_ratio": "Sharpe ratio"}),
        ("history --sort da", {"date": "when the run was started"}),
        ("history --status f", {"failure": ""}),
        ("run --instrument E", {"EUR/USD.SIM": "1 run"}),
        ("check-duplicate --instrument E", {"EUR/USD.SIM": "1 run"}),
        ("run s", {"sma_crossover": BUILTIN["sma_crossover"].summary}),
        ("run my", {"my.momentum:Momentum": "1 run"}),
        ("run btsql", {}),
        ("history --tag ", {"keep": "2 runs", "x": "1 run"}),
        ("best --tag k", {"keep": "2 runs"}),
    ],
)
def test_what_options_take(
    btsql: Run, environment: dict[str, str], recorded: list[RunRecord], line: str, expected: dict[str, str]
) -> None:
    for reference, tags in (("@", ["+keep", "+draft", "-x"]), ("@~1", ["+keep", "+x"]), ("@", ["-draft"])):
        assert btsql("tag", reference, *tags).returncode == 0
    assert offered(btsql, environment, f"btsql {line}") == expected


def test_run_is_offered_only_what_it_takes(btsql: Run, environment: dict[str, str], database: Target) -> None:
    for place, path in enumerate(
        ("my.a:A+my.b:B", "__main__:Mine", "btsql:no_strategy", "my.a:make.<locals>.A", "my.a:Outer.A")
    ):
        save(database, success(after=place, strategy_path=path))
    found = offered(btsql, environment, "btsql run ")
    assert found.keys() - set(BUILTIN) == {"my.a:Outer.A"}


def test_options_are_offered_and_no_piece_of_their_help(btsql: Run, environment: dict[str, str]) -> None:
    for command in ("history", "show", "tag @", "run", "psql", "best"):
        found = offered(btsql, environment, f"btsql {command} -")
        assert "--dsn" in found
        assert all(re.fullmatch("--?[a-z-]+", name) for name in found), found
    assert found["--dsn"].endswith("that btsql runs itself.")


def test_without_a_database_it_is_silent_and_starts_nothing(
    btsql: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    private = {name: value for name, value in environment.items() if name != "BTSQL_DSN"}
    for away in (
        environment | {"BTSQL_DSN": "postgresql://127.0.0.1:1/db"},
        environment | {"BTSQL_DSN": "what is this?"},
        private | {"BTSQL_HOME": os.fspath(tmp_path / "home")},
    ):
        assert offered(btsql, away, "btsql show ") == {}
        assert list(offered(btsql, away, "btsql run ")) == list(BUILTIN), "these are there without one"
    assert not (tmp_path / "home").exists()


def test_an_unknown_shell_is_refused(btsql: Run) -> None:
    done = btsql("completion", "tcsh")
    assert (done.returncode, done.stdout) == (2, "")
    assert "bash, zsh, fish" in done.stderr


@pytest.mark.parametrize("shell", EACH_SHELL)
def test_a_shell_lists_and_completes(
    shell_environment: dict[str, str], recorded: list[RunRecord], shell: str
) -> None:
    program, load = SHELLS[shell]
    session = on_terminal(
        program,
        shell_environment,
        columns=120,
        typed={
            "": f"{load}; echo load$((1 + 1))ed\n"
            if shell != "fish"
            else f"{load}; echo load(math 1 + 1)ed\n",
            "load2ed": "btsql history --type \t\t",
            "1 run": "mo\t; echo do''ne\n"
            if shell == "bash"
            else "\x15btsql history --type mo\t; echo do''ne\n",
            "\ndone": "exit\n",
        },
    )
    assert "sma_crossover" in session.text
    assert "2 runs" in session.text, "the context is shown"
    assert "failure" in session.text, "the completed command ran"
    assert "no run matches" not in session.text


@pytest.mark.parametrize("shell", EACH_SHELL)
def test_a_shell_completes_what_has_a_colon(
    shell_environment: dict[str, str], recorded: list[RunRecord], shell: str
) -> None:
    program, load = SHELLS[shell]
    loaded = "echo load(math 1 + 1)ed" if shell == "fish" else "echo load$((1 + 1))ed"
    session = on_terminal(
        program,
        shell_environment,
        columns=200,
        typed={
            "": f"{load}; {loaded}\n",
            "load2ed": "btsql best --plot fast_period:sharp\t -n 5; echo do''ne\n",
            "\ndone": "exit\n",
        },
    )
    assert "Sharpe ratio of 2 runs by fast_period" in session.text


@pytest.mark.parametrize("shell", EACH_SHELL)
def test_what_was_recorded_cannot_command_the_shell(
    shell_environment: dict[str, str], database: Target, tmp_path: Path, shell: str
) -> None:
    evil = f"x$(touch {tmp_path}/evil)`touch {tmp_path}/evil`"
    save(database, success(strategy_type=evil, strategy_name="label"))
    program, load = SHELLS[shell]
    loaded = "echo load(math 1 + 1)ed" if shell == "fish" else "echo load$((1 + 1))ed"
    session = on_terminal(
        program,
        shell_environment,
        columns=200,
        typed={
            "": f"{load}; {loaded}\n",
            "load2ed": "btsql strategy x\t -n 1; echo do''ne\n",
            "\ndone": "exit\n",
        },
    )
    assert "2026-03-02" in session.text, "it was completed, and found its run"
    assert not (tmp_path / "evil").exists()
