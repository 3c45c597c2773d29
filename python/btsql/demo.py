"""The demonstration behind `make demo`: real strategies, real bars, saved and shown by the real commands."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

HOME = ".btsql-demo"
FAILURE = "btsql.strategies.fails_on_purpose:FailsOnPurpose"
RUNS: tuple[tuple[str, str, list[str]], ...] = (
    ("sma_crossover", "AAPL.XNAS", []),
    ("mean_reversion", "IBM.XNYS", []),
    ("momentum", "MSFT.XNAS", ["--set", "lookback_period=90"]),
    (FAILURE, "GOOG.XNAS", []),
)


def main() -> int:
    """Run the demonstration in a home of its own in the working directory, and return the exit code."""
    home = Path.cwd() / HOME
    environment = environment_of(home)
    bars = _bars()

    _heading("A private PostgreSQL, with the schema deployed by Sqitch")
    if _btsql(environment, "init") != 0:
        return 1
    _heading("Three strategies on daily bars of 2000 to 2013, and one that fails on purpose")
    for strategy, instrument, options in RUNS:
        expected = 1 if strategy == FAILURE else 0
        arguments = ["run", strategy, "--instrument", instrument, "--data", f"csv:{bars}", *options]
        if _btsql(environment, *arguments, shown=False) != expected:
            print("\nThat was not meant to happen.", file=sys.stderr)
            return 1
    _heading("What is saved")
    if _btsql(environment, "history") != 0 or _btsql(environment, "show", "@ok") != 0:
        return 1
    _heading("Type next")
    print(f"  export BTSQL_HOME={shlex.quote(os.fspath(home))}   # the demo's database, not your own")
    for line in (
        "show @ --traceback",
        "history --status failure",
        "run sma_crossover --instrument FB.XNAS --data mock:7 --set fast_period=5",
        "psql -- -c 'SELECT short_id, strategy_name, sharpe_ratio FROM list_runs()'",
        "--help",
    ):
        print(f"  {_program()} {line}")
    return 0


def environment_of(home: Path) -> dict[str, str]:
    """Return the environment of the demo's commands: a database of their own, and no pager to wait for."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "BTSQL_"))}
    return others | {"BTSQL_HOME": os.fspath(home), "BTSQL_PAGER": "cat"}


def _bars() -> Path:
    spec = importlib.util.find_spec("bokeh_sampledata")
    if spec is None or spec.origin is None:
        raise SystemExit("The demo's market data is missing: pip install 'btsql[demo]'")
    return Path(spec.origin).parent / "_data" / "stocks.csv.gz"


def _program() -> str:
    """Return how a user calls btsql from here."""
    beside = Path(sys.executable).parent / "btsql"
    if shutil.which("btsql") or not beside.exists():
        return "btsql"
    return os.path.relpath(beside)


def _heading(text: str) -> None:
    print(f"\n=== {text}\n", flush=True)


def _btsql(environment: dict[str, str], *arguments: str, shown: bool = True) -> int:
    """Run one command of btsql, after printing it; `shown` false leaves out its data, not its messages."""
    print(f"$ btsql {shlex.join(arguments)}", flush=True)
    output = None if shown else subprocess.DEVNULL
    command = [sys.executable, "-m", "btsql", *arguments]
    code = subprocess.run(command, env=environment, stdout=output, check=False).returncode
    print(flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
