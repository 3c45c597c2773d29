"""`btsql exec`: a script that knows nothing of btsql is recorded, and behaves as if it were not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from backtests import only_run, saved
from btsql.runs import list_runs

pytestmark = pytest.mark.engine

ROOT = Path(__file__).resolve().parents[2]
SEARCHED = os.pathsep.join([os.fspath(ROOT / "tests"), os.fspath(ROOT / "python")])
BTSQL = (sys.executable, "-m", "btsql", "exec")

Result = subprocess.CompletedProcess[str]
Both = Callable[..., tuple[Result, Result]]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    """Write a script."""

    def write(text: str, name: str = "mine.py") -> Path:
        script = tmp_path / name
        script.write_text(textwrap.dedent(text))
        return script

    return write


@pytest.fixture
def run(environment: dict[str, str]) -> Callable[..., Result]:
    def run(*command: str | Path, **settings: Any) -> Result:
        # Deprecation warnings are shown for the script's own lines alone: not for what btsql calls.
        own = {"PYTHONPATH": SEARCHED, "PYTHONWARNINGS": "ignore::DeprecationWarning"}
        given: dict[str, Any] = {"env": environment | own, "timeout": 120} | settings
        return subprocess.run(command, capture_output=True, text=True, check=False, **given)

    return run


@pytest.fixture
def both(run: Callable[..., Result], write: Callable[[str], Path]) -> Both:
    """Run a script by Python and by `btsql exec`."""

    def both(text: str, *arguments: str, **settings: Any) -> tuple[Result, Result]:
        script = write(text)
        return run(sys.executable, script, *arguments, **settings), run(
            *BTSQL, script, *arguments, **settings
        )

    return both


def without_messages(errors: str) -> str:
    """Return what a process said besides btsql's own messages."""
    own = ("btsql: saved run", "       see it with: btsql show", "       a re-run needs besides:")
    return "".join(line for line in errors.splitlines(keepends=True) if not line.startswith(own))


# ---- it is the script's own process

ENDINGS = {
    "falls off its end": "print('done')",
    "sys.exit(0)": "import sys; sys.exit(0)",
    "sys.exit(3)": "import sys; sys.exit(3)",
    "sys.exit(text)": "import sys; sys.exit('that was wrong')",
    "an exception": "def f():\n    raise ValueError('no')\nf()",
    "a cause": "try:\n    1 / 0\nexcept ZeroDivisionError as exc:\n    raise RuntimeError('no') from exc",
    "a group": "raise ExceptionGroup('many', [ValueError('one'), KeyError('two')])",
    "a syntax error": "def f(:\n",
    "an interrupt": "raise KeyboardInterrupt",
    "a signal": "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
    "os._exit": "import os; os._exit(9)",
    "atexit": "import atexit, sys; atexit.register(print, 'bye'); sys.exit(4)",
    "both streams": "import sys\nfor n in range(3):\n    print(n, flush=True)\n    print(n, file=sys.stderr)",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_script_ends_as_it_does_without_btsql(both: Both, ending: str) -> None:
    plain, recorded = both(ENDINGS[ending])
    assert (recorded.returncode, recorded.stdout, recorded.stderr) == (
        plain.returncode,
        plain.stdout,
        plain.stderr,
    )


def test_a_script_sees_itself_as_python_shows_it(both: Both) -> None:
    plain, recorded = both(
        """
        import sys
        print(__name__, __file__, __spec__, __builtins__, sys.argv, sys.path, sys.flags, sys.stdin.read())
        print("btsql" in sys.modules, "nautilus_trader" in sys.modules)
        """,
        "one",
        "--dsn",
        "-h",
        "--",
        "-m",
        input="typed",
    )
    assert recorded.stdout.partition("\n")[0] == plain.stdout.partition("\n")[0]
    assert "'one', '--dsn', '-h', '--', '-m'" in plain.stdout
    assert recorded.stderr == ""


def test_a_module_and_pythons_own_options(run: Callable[..., Result], write: Any, tmp_path: Path) -> None:
    write("import sys; print(sys.argv[1:], __name__, sys.flags.utf8_mode)", "mine.py")
    done = run(*BTSQL, "-X", "utf8", "-m", "mine", "--fast", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "['--fast'] __main__ 1\n")


def test_a_sitecustomize_of_the_users_is_run_all_the_same(run: Callable[..., Result], write: Any) -> None:
    own = write("print('mine comes first')", "sitecustomize.py")
    script = write("import sitecustomize; print(sitecustomize.__file__)")
    path = os.pathsep.join([os.fspath(own.parent), SEARCHED])
    done = run(*BTSQL, script, env=os.environ | {"PYTHONPATH": path})
    assert done.stdout == f"mine comes first\nmine comes first\n{own}\n"  # of btsql, and of the script


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "btsql: missing: SCRIPT"),
        (["-I", "x.py"], "with -I nothing can be saved"),
        (["-X", "dev", "-uE", "x.py"], "with -uE nothing can be saved"),
        (["-W", "ignore", "-S", "-m", "x"], "with -S nothing can be saved"),
        (["--dsn", "postgresql://a:s3cret%zz@b/c", "x.py"], "the DSN cannot be read"),
        (["no_such_script.py"], "can't open file"),
    ],
)
def test_what_cannot_be_run_is_a_usage_error(
    run: Callable[..., Result], arguments: list[str], message: str
) -> None:
    done = run(*BTSQL, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "s3cret" not in done.stderr


# ---- and its backtests are saved

ENGINE = """
    import sys
    from nautilus_trader.backtest.engine import BacktestEngine
    import backtests
    engine = backtests.engine(backtests.cycle(fail_in=sys.argv[1]), engine_class=BacktestEngine)
    engine.run()
    print(engine.get_result().total_orders)
    engine.dispose()
    sys.exit(5)
"""
MODULE = """
    import sys
    import nautilus_trader.backtest.engine as module
    from nautilus_trader.backtest.node import BacktestNode
    import backtests
    engine = backtests.engine(backtests.cycle(fail_in=sys.argv[1]), engine_class=module.BacktestEngine)
    engine.run()
    print(engine.get_result().total_orders)
    sys.exit(5)
"""


@pytest.mark.parametrize("script", [ENGINE, MODULE], ids=["engine", "module and node"])
def test_an_unmodified_script_is_saved(connection: psycopg.Connection[Any], both: Both, script: str) -> None:
    plain, recorded = both(script, "")
    assert (plain.returncode, plain.stdout) == (recorded.returncode, recorded.stdout) == (5, "20\n")
    assert without_messages(recorded.stderr) == plain.stderr
    run = only_run(connection)
    assert (run.status, run.total_trades) == ("success", 10)
    assert (run.environment or {})["script"].endswith("mine.py")


def test_a_script_that_saves_by_itself_saves_once(
    connection: psycopg.Connection[Any], run: Callable[..., Result], write: Any
) -> None:
    own = "import btsql\nbtsql.autosave()\n" + textwrap.dedent(ENGINE)
    recorded = run(*BTSQL, write(own), "")
    assert recorded.returncode == 5
    assert "NOT SAVED" not in recorded.stderr
    assert [each.status for each in list_runs(connection)] == ["success"]


def test_a_failure_has_the_scripts_own_traceback(connection: psycopg.Connection[Any], both: Both) -> None:
    plain, recorded = both(ENGINE, "on_bar")
    assert plain.returncode == recorded.returncode == 1
    assert "Trouble: told to fail" in plain.stderr
    # Whether the engine's log, which a thread of its own writes, is before the traceback is chance.
    told, expected = (errors.splitlines() for errors in (without_messages(recorded.stderr), plain.stderr))
    assert sorted(told) == sorted(expected)
    assert only_run(connection).status == "failure"


def test_a_node_in_a_script_is_saved(
    connection: psycopg.Connection[Any], run: Callable[..., Result], write: Any, tmp_path: Path
) -> None:
    script = write(
        """
        import sys
        from pathlib import Path
        from nautilus_trader.backtest.node import BacktestNode
        import backtests
        node = BacktestNode(configs=[backtests.run_config(backtests.catalog(Path(sys.argv[1])))])
        print(len(node.run()))
        """
    )
    done = run(*BTSQL, script, tmp_path / "catalog")
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr
    assert only_run(connection).data_source == "catalog"


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_child_processes_are_saved(
    connection: psycopg.Connection[Any], run: Callable[..., Result], write: Any, method: str
) -> None:
    script = write(
        """
        import multiprocessing, sys

        def work(every):
            import backtests
            engine = backtests.engine(backtests.cycle(every=every))
            engine.run()
            engine.dispose()

        if __name__ == "__main__":
            with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
                pool.map(work, [6, 7, 8], chunksize=1)
        """
    )
    done = run(*BTSQL, script, method)
    assert done.returncode == 0, done.stderr
    assert sorted(run.parameters["every"] for run in saved(connection)) == [6, 7, 8]


def test_a_dsn_before_the_script_is_btsqls(
    connection: psycopg.Connection[Any], environment: dict[str, str], run: Callable[..., Result], write: Any
) -> None:
    elsewhere = {name: value for name, value in environment.items() if name != "BTSQL_DSN"}
    dsn = environment["BTSQL_DSN"]
    done = run(*BTSQL, "--dsn", dsn, write(ENGINE), "", env=elsewhere | {"PYTHONPATH": SEARCHED})
    assert done.returncode == 5, done.stderr
    assert only_run(connection).status == "success"


def test_control_c_reaches_the_script(
    connection: psycopg.Connection[Any], environment: dict[str, str], write: Any
) -> None:
    script = write(
        """
        import time
        import backtests

        class Waiting(backtests.Cycle):
            def on_bar(self, bar):
                print("waiting", flush=True)
                time.sleep(60)

        backtests.engine(Waiting(backtests.CycleConfig(instrument_id=backtests.AAPL.id))).run()
        """
    )
    process = subprocess.Popen(
        [*BTSQL, os.fspath(script)],
        env=environment | {"PYTHONPATH": SEARCHED},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == -signal.SIGINT
    assert "KeyboardInterrupt" in errors
    assert "btsql/" not in errors
    assert only_run(connection).status == "interrupted"


def test_a_script_without_backtests_saves_nothing(connection: psycopg.Connection[Any], both: Both) -> None:
    _, recorded = both("print('no backtest here')")
    assert (recorded.returncode, recorded.stderr) == (0, "")
    assert list_runs(connection) == []
