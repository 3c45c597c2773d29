"""User story 3: a run's identifier gives everything that is known of it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from btsql.database import Target
from conftest import Run
from records import failure, save, success
from reruns import recorded, verdict, write_csv


def section(text: str, title: str) -> dict[str, str]:
    """Return the lines of one section of what `btsql show` prints, by their labels."""
    block = re.search(rf"^{re.escape(title)}\n((?:  .*\n)+)", text, re.M)
    assert block, f"no section {title} in:\n{text}"
    pairs = (re.split(r"  +", line.strip(), maxsplit=1) for line in block[1].splitlines())
    return {pair[0]: pair[1] if len(pair) > 1 else "" for pair in pairs}


@pytest.mark.engine
def test_us3_1_an_identifier_gives_the_complete_details(btsql: Run) -> None:
    options = ["--instrument", "MSFT.XNAS", "--data", "mock:11", "--capital", "25000", "--name", "my label"]
    options += ["--set", "lookback_period=40", "--set", "allow_short=true", "--start", "2021-02-01"]
    options += ["--end", "2022-11-30"]
    assert btsql("run", "momentum", *options).returncode == 0
    run = json.loads(btsql("show", "@", "--format", "json").stdout)
    shown = btsql("show", run["short_id"])
    assert (shown.returncode, shown.stderr) == (0, "")

    execution = section(shown.stdout, f"Run {run['short_id']}")
    assert execution["id"] == run["run_id"]
    assert execution["status"] == "success"
    assert execution["started"] == run["started_at"][:19].replace("T", " ") + " UTC"
    assert execution["duration"].endswith(" s")

    strategy = section(shown.stdout, "Strategy")
    assert strategy["type"] == "momentum"
    assert strategy["name"] == "my label"
    assert strategy["class"] == "btsql.strategies.momentum:Momentum"
    assert strategy["lookback_period"] == "40"
    assert strategy["allow_short"] == "true"
    assert set(run["parameters"]) <= set(strategy)
    assert {"position_fraction", "close_on_stop"} <= set(run["parameters"]), "defaults are recorded too"

    assert section(shown.stdout, "Data") == {
        "instrument": "MSFT.XNAS",
        "from": "2021-02-01",
        "to": "2022-11-30",
        "source": "mock:11",
        "capital": "25,000.00 USD",
    }
    metrics = section(shown.stdout, "Metrics")
    assert metrics["total return"] == f"{run['total_return']:+.2%}"
    assert metrics["Sharpe ratio"] == f"{run['sharpe_ratio']:.2f}"
    assert metrics["max drawdown"] == f"{run['max_drawdown']:.2%}"
    assert metrics["trades"] == str(run["total_trades"])
    assert metrics["net profit"] == f"{run['net_profit']:,.2f} USD"
    assert len(metrics) == 17
    assert section(shown.stdout, "Environment")["nautilus_trader"]

    snapshot = json.loads(btsql("show", run["short_id"], "--config").stdout)
    assert snapshot == run["snapshot"]
    assert snapshot["strategies"][0]["config"]["lookback_period"] == 40


def test_us3_2_a_failed_run_shows_why_it_failed(btsql: Run, database: Target) -> None:
    place = 'File "mine.py", line 7, in on_bar'
    traceback = f"Traceback (most recent call last):\n  {place}\nZeroDivisionError: by zero\n"
    error = {"type": "ZeroDivisionError", "message": "by zero\nand more of it", "traceback": traceback}
    save(database, failure(error=error))
    shown = btsql("show", "@").stdout
    assert section(shown, "Error")["type"] == "ZeroDivisionError"
    assert section(shown, "Error")["message"] == "by zero"
    assert "and more of it" in shown
    assert section(shown, "Error")["raised in"] == place
    assert "Metrics" not in shown
    assert btsql("show", "@", "--traceback").stdout == traceback
    assert json.loads(btsql("show", "@", "--format", "json").stdout)["error"] == error


def test_us3_3_the_instrument_and_the_precise_dates_are_shown(btsql: Run, database: Target) -> None:
    save(
        database,
        success(
            instruments=("BTCUSDT-PERP.BINANCE", "ETHUSDT-PERP.BINANCE"),
            data_start=datetime(2024, 1, 2, 14, 30, tzinfo=UTC),
            data_end=datetime(2024, 6, 28, 20, 59, 58, tzinfo=UTC),
        ),
    )
    data = section(btsql("show", "@").stdout, "Data")
    assert data["instrument"] == "BTCUSDT-PERP.BINANCE ETHUSDT-PERP.BINANCE"
    assert data["from"] == "2024-01-02 14:30:00 UTC"
    assert data["to"] == "2024-06-28 20:59:58 UTC"
    run = json.loads(btsql("show", "@", "--format", "json").stdout)
    assert run["instruments"] == ["BTCUSDT-PERP.BINANCE", "ETHUSDT-PERP.BINANCE"]
    assert (run["data_start"], run["data_end"]) == ("2024-01-02T14:30:00Z", "2024-06-28T20:59:58Z")


@pytest.mark.engine
def test_the_same_data_from_another_place_is_never_called_a_variation(btsql: Run, tmp_path: Path) -> None:
    here, there = (f"csv:{write_csv(tmp_path / name, 'ohlcv')}" for name in ("here.csv", "there.csv"))
    run = recorded(btsql, "sma_crossover", "--instrument", "AAPL.XNAS", "--data", here)
    found = verdict(btsql, "@", "--data", there)
    assert (found["verdict"], found["changes"]) == ("identical", {"data": {"from": here, "to": there}})
    again = found["reproduction"]
    text = btsql("show", again).stdout
    assert f"rerun of  {run['run_id']} (with data {there})" in text
    assert f"rerun (with data {there}) from {run['short_id'][:8]} (success, IDENTICAL)" in text
    origin = btsql("show", run["run_id"]).stdout
    assert f"rerun (with data {there}) by " in origin
    assert "vari" not in text.split("Strategy")[0] + text.split("Lineage")[1] + origin.split("Lineage")[1]
    document = json.loads(btsql("show", again, "--format", "json").stdout)
    assert document["changes"] == document["origins"][0]["changes"] == found["changes"]


def test_of_many_reproductions_the_newest_are_listed_and_the_others_counted(
    btsql: Run, database: Target
) -> None:
    origin = success()
    again = [success(after=1 + place, origin_run_id=origin.run_id) for place in range(25)]
    save(database, origin, *again)
    lines = btsql("show", str(origin.run_id)).stdout.split("Lineage\n")[1].splitlines()
    assert [line.split()[2] for line in lines[:20]] == [run.run_id.hex[-12:-4] for run in again[:4:-1]]
    assert lines[20] == "  and 5 more: --format json has them"
    document = json.loads(btsql("show", str(origin.run_id), "--format", "json").stdout)
    assert [run["run_id"] for run in document["reproductions"]] == [str(run.run_id) for run in again[::-1]]
