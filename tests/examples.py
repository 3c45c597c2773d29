"""The runs that the documentation speaks of: four successes, the last reproducing the first, and a failure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import records
from btsql.database import Target
from btsql.record import RunRecord

LAST_GROUPS = ("a3f1c20b7d54", "5be0917c4a21", "c07d3e8f1b96", "81f2a6d40c3e", "2d9c5b7e6f10")
SLOW = {"fast_period": 10, "slow_period": 50}
SUCCESSES: tuple[tuple[dict[str, int], dict[str, Any], str], ...] = (
    (
        SLOW,
        {"total_return": 0.21, "sharpe_ratio": 0.9, "max_drawdown": -0.18, "volatility": 0.22},
        "1.231.0",
    ),
    (
        SLOW | {"fast_period": 20},
        {"total_return": 0.34, "sharpe_ratio": 1.3, "max_drawdown": -0.12},
        "1.231.0",
    ),
    ({"fast_period": 20, "slow_period": 100}, {"sharpe_ratio": 11, "volatility": 0.18}, "1.231.0"),
    (
        SLOW,
        {"total_return": 0.22, "sharpe_ratio": 0.92, "max_drawdown": -0.18, "volatility": 0.22},
        "1.221.0",
    ),
)


def example_runs() -> list[RunRecord]:
    """Return the records, oldest first."""
    made = [
        records.success(
            after=60 * minute,
            run_id=run_id(minute),
            parameters=parameters,
            metrics=records.METRICS | metrics,
            environment={"nautilus_trader": engine},
            origin_run_id=run_id(0) if minute == 3 else None,
        )
        for minute, (parameters, metrics, engine) in enumerate(SUCCESSES)
    ]
    return [*made, records.failure(after=240, run_id=run_id(4), strategy_type="momentum")]


def run_id(minute: int) -> UUID:
    milliseconds = int(records.START.timestamp() * 1000) + minute * 60_000
    return UUID(f"{milliseconds:012x}7abc8def{LAST_GROUPS[minute]}")


def record_examples(target: Target) -> None:
    """Record them into a database."""
    records.save(target, *example_runs())
