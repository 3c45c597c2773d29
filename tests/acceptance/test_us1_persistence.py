"""User story 1: every backtest is saved by itself, with the real command line, engine and server."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from conftest import Run

MOCK = ("--instrument", "TEST.SIM", "--data", "mock:7")
FAILURE = "btsql.strategies.fails_on_purpose:FailsOnPurpose"
PROCESSES, RUNS_EACH = 16, 50

# Waits for all others, then records as fast as it can.
WORKER = f"""
import os, sys
import records
from btsql.recorder import Recorder
worker = int(sys.argv[1])
recorder = Recorder(os.environ["BTSQL_DSN"])
recorder.check()
print("ready", flush=True)
sys.stdin.readline()
for number in range({RUNS_EACH}):
    values = records.METRICS | {{"sharpe_ratio": worker / 10 + number / 1000}}
    parameters = {{"worker": worker, "number": number}}
    print(recorder.save(records.success(after=number, parameters=parameters, metrics=values)))
"""


@pytest.mark.engine
def test_us1_1_a_completed_backtest_is_saved_with_its_metrics(btsql: Run) -> None:
    before = datetime.now(UTC)
    done = btsql("run", "sma_crossover", *MOCK, "--set", "fast_period=5", "--capital", "50000")
    assert done.returncode == 0, done.stderr
    run = json.loads(btsql("show", "@", "--format", "json").stdout)
    started = datetime.fromisoformat(run["started_at"])
    assert before <= started <= datetime.now(UTC)
    assert UUID(run["run_id"]).version == 7
    assert UUID(run["run_id"]).int >> 80 == int(started.timestamp() * 1000)
    assert run["status"] == "success"
    assert 0 < run["duration_seconds"] < 60
    assert run["strategy_type"] == "sma_crossover"
    assert run["parameters"]["fast_period"] == 5
    assert (run["instruments"], run["data_source"]) == (["TEST.SIM"], "mock")
    assert (run["initial_capital"], run["currency"]) == (50000, "USD")
    assert_complete(run)


@pytest.mark.engine
@pytest.mark.parametrize("strategy", ["sma_crossover", "mean_reversion", "momentum"])
def test_sc_008_each_strategy_is_saved_on_real_bars(btsql: Run, strategy: str) -> None:
    done = btsql("run", strategy, "--instrument", "AAPL.XNAS", "--data", f"csv:{real_bars()}")
    assert done.returncode == 0, done.stderr
    run = json.loads(btsql("show", "@", "--format", "json").stdout)
    assert (run["strategy_type"], run["instruments"], run["data_source"]) == (strategy, ["AAPL.XNAS"], "csv")
    assert (run["data_start"][:10], run["data_end"][:10]) == ("2000-03-01", "2013-03-01")
    assert run["total_trades"] > 10
    assert_complete(run)


def assert_complete(run: Mapping[str, Any]) -> None:
    """Each metric of FR-008 to FR-010 is there, and they agree with one another."""
    assert run["rejected_metrics"] is None
    assert run["final_equity"] == pytest.approx(run["initial_capital"] + run["net_profit"])
    assert run["total_return"] == pytest.approx(run["net_profit"] / run["initial_capital"])
    assert -1 < run["cagr"] < 1
    assert -10 < run["sharpe_ratio"] < 10
    assert -10 < run["sortino_ratio"] < 10
    assert abs(run["sortino_ratio"]) > abs(run["sharpe_ratio"]) > 0
    assert -1 < run["max_drawdown"] < 0 < run["volatility"]
    assert 0 < run["winning_trades"] + run["losing_trades"] <= run["total_trades"]
    assert run["win_rate"] == pytest.approx(run["winning_trades"] / run["total_trades"])
    assert run["average_loss"] < 0 < run["average_win"]
    gross_profit = run["average_win"] * run["winning_trades"]
    gross_loss = -run["average_loss"] * run["losing_trades"]
    assert run["profit_factor"] == pytest.approx(gross_profit / gross_loss)


def real_bars() -> Path:
    spec = importlib.util.find_spec("bokeh_sampledata")
    assert spec is not None, "pip install bokeh_sampledata"
    assert spec.origin is not None
    return Path(spec.origin).parent / "_data" / "stocks.csv.gz"


@pytest.mark.engine
def test_programs_get_the_record_of_a_failed_backtest(btsql: Run) -> None:
    for kind in ("json", "csv"):
        done = btsql("run", FAILURE, *MOCK, "--format", kind)
        assert done.returncode == 1
        assert "btsql: the backtest failed: RuntimeError" in done.stderr
        shown = btsql("show", "@", "--format", kind).stdout
        if kind == "csv":
            assert done.stdout == shown
        else:
            lineage = {"origins", "reproductions"}
            assert json.loads(done.stdout) == {k: v for k, v in json.loads(shown).items() if k not in lineage}
    assert btsql("run", FAILURE, *MOCK).stdout == "", "people are told what to type"


@pytest.mark.engine
def test_us1_2_a_failed_backtest_is_saved_with_its_error(btsql: Run) -> None:
    done = btsql("run", FAILURE, *MOCK, "--set", "bars=30")
    assert done.returncode == 1
    assert "btsql: the backtest failed: RuntimeError: this strategy fails on purpose" in done.stderr
    run = json.loads(btsql("show", "@", "--format", "json").stdout)
    assert run["status"] == "failure"
    assert run["strategy_path"] == FAILURE
    assert run["duration_seconds"] > 0
    assert run["error"]["type"] == "RuntimeError"
    assert run["error"]["message"].startswith("this strategy fails on purpose, at bar 30")
    traceback = run["error"]["traceback"]
    assert traceback.startswith("Traceback (most recent call last)")
    assert "fails_on_purpose.py" in traceback
    assert run["total_return"] is None


@pytest.mark.engine
def test_us1_3_the_terminal_confirms_the_save_with_a_unique_identifier(btsql: Run) -> None:
    identifiers = []
    for fast in (5, 6):
        done = btsql("run", "sma_crossover", *MOCK, "--set", f"fast_period={fast}")
        confirmed = re.search(r"^btsql: saved run ([0-9a-f]{8}) \(success, sma_crossover", done.stderr, re.M)
        assert confirmed, done.stderr
        identifiers.append(confirmed[1])
        shown = btsql("show", confirmed[1])
        assert shown.returncode == 0
        assert re.search(rf"fast_period +{fast}$", shown.stdout, re.M)
    assert identifiers[0] != identifiers[1]


def test_us1_4_concurrent_backtests_are_separate_complete_records(
    environment: dict[str, str], connection: psycopg.Connection[Any]
) -> None:
    path = [str(Path(__file__).parents[1]), *filter(None, [environment.get("PYTHONPATH")])]
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(number)],
            env=environment | {"PYTHONPATH": ":".join(path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    try:
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        saved = [identifier for worker in workers for identifier in worker.communicate(timeout=60)[0].split()]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    assert len(set(saved)) == len(saved) == PROCESSES * RUNS_EACH
    rows = connection.execute(
        """SELECT run.run_id::text, (run.parameters ->> 'worker')::int, (run.parameters ->> 'number')::int,
                  metrics.sharpe_ratio, metrics.final_equity
             FROM btsql.backtest_run AS run
             JOIN btsql.performance_metrics AS metrics ON metrics.run_id = run.run_id
            WHERE run.status = 'success'"""
    ).fetchall()
    assert {row[0] for row in rows} == set(saved)
    for _, worker_number, number, sharpe_ratio, final_equity in rows:
        assert sharpe_ratio == pytest.approx(worker_number / 10 + number / 1000)
        assert final_equity == 125000
    assert len(rows) == len(saved)
    assert {row[1:3] for row in rows} == {(w, n) for w in range(PROCESSES) for n in range(RUNS_EACH)}
