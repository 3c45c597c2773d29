"""Valid records to start from; a test changes what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from btsql.database import Target
from btsql.duplicates import DuplicateRun
from btsql.record import RunRecord, new_run_id
from btsql.recorder import Recorder

START = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)

METRICS: dict[str, Any] = {
    "total_return": 0.25,
    "cagr": 0.1,
    "annualized_return": 0.11,
    "sharpe_ratio": 1.2,
    "sortino_ratio": 1.8,
    "max_drawdown": -0.15,
    "volatility": 0.2,
    "total_trades": 10,
    "winning_trades": 6,
    "losing_trades": 3,
    "win_rate": 0.6,
    "profit_factor": 1.5,
    "average_win": 6000.0,
    "average_loss": -3000.0,
    "final_equity": 125000.0,
    "net_profit": 25000.0,
    "periods_per_year": 252,
}


def success(*, after: float = 0.0, **changes: Any) -> RunRecord:
    """Return the record of a success that started `after` seconds after the first."""
    started_at = START + timedelta(seconds=after)
    values: dict[str, Any] = {
        "run_id": new_run_id(started_at),
        "started_at": started_at,
        "duration_seconds": 1.5,
        "status": "success",
        "strategy_type": "sma_crossover",
        "strategy_path": "btsql.strategies.sma_crossover:SMACrossover",
        "parameters": {"fast_period": 10, "slow_period": 50},
        "instruments": ("AAPL.XNAS",),
        "data_start": datetime(2020, 1, 1, tzinfo=UTC),
        "data_end": datetime(2023, 12, 31, tzinfo=UTC),
        "initial_capital": 100000,
        "currency": "USD",
        "data_source": "csv",
        "snapshot": {"format": 1},
        "metrics": METRICS,
    }
    return RunRecord(**(values | changes))


def failure(*, after: float = 0.0, **changes: Any) -> RunRecord:
    """Return the record of a run that failed early."""
    error = {
        "type": "ValueError",
        "message": "no such thing",
        "traceback": "Traceback ...\nValueError: no such thing",
    }
    nothing = dict.fromkeys(
        ("instruments", "data_start", "data_end", "initial_capital", "currency", "data_source")
    )
    return success(
        after=after, **({"status": "failure", "error": error, "metrics": None} | nothing | changes)
    )


def started(record: RunRecord) -> RunRecord:
    """Return the record of the same run when it has started and not ended."""
    return replace(record, status="interrupted", duration_seconds=None, metrics=None)


def duplicate(**changes: Any) -> DuplicateRun:
    """Return a run that tested the same, as find_duplicates() has it."""
    values: dict[str, Any] = {
        "run_id": UUID("019cade5-0bf3-7abc-8def-0123456789ab"),
        "short_id": "0123456789ab",
        "started_at": START,
        "differences": {},
    }
    unknown = dict.fromkeys(("total_return", "sharpe_ratio", "max_drawdown"))
    return DuplicateRun(**(values | unknown | changes))


class Unprintable:
    """Something whose text cannot be had."""

    def __str__(self) -> str:
        raise RuntimeError("no text")

    __repr__ = __str__


def save(target: Target, *records: RunRecord) -> None:
    """Record runs into a database, in this order."""
    recorder = Recorder(target.conninfo)
    try:
        for record in records:
            recorder.save(record)
    finally:
        recorder.close()
