"""What tests of re-running share: data in every layout, runs of every strategy, and verdicts."""

from __future__ import annotations

import gzip
import json
import math
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from conftest import Run

TESTS = Path(__file__).resolve().parent

LAYOUTS = {
    "nautilus": ("timestamp,open,high,low,close,volume", False),
    "ohlcv": ("Date,Open,High,Low,Close,Volume", False),
    "adjusted": ("Date,Open,High,Low,Close,Adj Close,Volume", True),
}


def write_csv(path: Path, layout: str = "ohlcv", days: int = 400) -> Path:
    """Write daily bars of a price that swings; gzipped where the name ends so."""
    header, adjusted = LAYOUTS[layout]
    lines = [header]
    for day in range(days):
        close = round(100 + 20 * math.sin(day / 15) + day / 20, 2)
        prices = [close - 0.5, close + 1, close - 1, close] + ([round(close / 2, 2)] if adjusted else [])
        moment = (date(2021, 1, 4) + timedelta(days=day)).isoformat()
        lines.append(",".join([moment, *(f"{price:.2f}" for price in prices), "100000"]))
    text = "\n".join(lines) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def recorded(btsql: Run, *arguments: str) -> dict[str, Any]:
    """Run a backtest and return its record."""
    done = btsql("run", *arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    run: dict[str, Any] = json.loads(done.stdout)
    return run


def verdict(btsql: Run, *arguments: str, code: int = 0) -> dict[str, Any]:
    """Run a recorded run again and return the verdict."""
    done = btsql("rerun", *arguments, "--format", "json")
    assert done.returncode == code, done.stderr + done.stdout
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def reasons(found: dict[str, Any]) -> list[str]:
    return [each["field"] for each in found["findings"] if each["section"] == "reason"]


def source(kind: str, directory: Path) -> str:
    if kind == "mock":
        return "mock:7"
    if kind == "catalog":
        import backtests

        return f"catalog:{backtests.catalog(directory / 'catalog')}"
    layout, dot, suffix = kind.partition(".")
    return f"csv:{write_csv(directory / f'bars.csv{dot}{suffix}', layout)}"


PARAMETERS = {
    "sma_crossover": ("--set", "fast_period=3", "--set", "slow_period=8"),
    "mean_reversion": ("--set", "period=5", "--set", "entry_deviations=1"),
    "momentum": ("--set", "lookback_period=5", "--set", "entry_return=0.001"),
    "backtests:Cycle": ("--set", "every=8"),
}
"""Every strategy that btsql brings along, and one of the user's own, with parameters that it trades with."""

SOURCES = ("nautilus", "ohlcv", "adjusted", "ohlcv.gz", "catalog", "mock")


def find_modules(environment: dict[str, str], directory: Path) -> None:
    """Have the processes of a test import what is in a directory."""
    places = (os.fspath(directory), environment.get("PYTHONPATH"))
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, places))


SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
import btsql
btsql.autosave()
import backtests
from backtests import *
{body}
"""


def run_script(environment: dict[str, str], body: str) -> None:
    done = script_done(environment, body)
    assert "saved run" in done.stderr, done.stderr


def script_done(environment: dict[str, str], body: str) -> subprocess.CompletedProcess[str]:
    text = SCRIPT.format(tests=os.fspath(TESTS), body=body)
    find_modules(environment, TESTS)
    return subprocess.run(
        [sys.executable, "-c", text],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
