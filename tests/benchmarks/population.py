"""Fills a schema with skewed, realistic runs through COPY."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from btsql.record import new_run_id

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
BATCH = 50_000

# Type, share of all runs but those of the rare one.
STRATEGIES = (("sma_crossover", 0.55), ("mean_reversion", 0.25), ("momentum", 0.2))
RARE_STRATEGY = "pairs_arbitrage"
INSTRUMENTS = [f"SYM{number}.XNAS" for number in range(200)]
ALL_YEARS = 2005, 2022  # what most runs are about
COMMON, RARE, ABSENT = 30, 7777, 424242
DIGEST = "0" * 64
PERIOD = timedelta(seconds=97)

RUN_COLUMNS = (
    "run_id, started_at, duration_seconds, status, strategy_type, strategy_name, strategy_path, parameters, "
    "instruments, data_start, data_end, initial_capital, currency, data_source, snapshot, environment, error_type, "
    "error_message, record_digest"
)
METRIC_COLUMNS = (
    "run_id, strategy_type, total_return, cagr, annualized_return, sharpe_ratio, sortino_ratio, max_drawdown, volatility, "
    "total_trades, winning_trades, losing_trades, win_rate, profit_factor, average_win, average_loss, final_equity, "
    "net_profit, periods_per_year"
)
SNAPSHOT = json.dumps(
    {"format": 1, "venues": [{"venue": "XNAS", "account_type": "CASH"}], "not_captured": []}
)
ENVIRONMENT = json.dumps({"btsql": "0.1.0", "nautilus_trader": "1.231.0", "python": "3.13.0"})


def populate(connection: psycopg.Connection[Any], count: int, already: int = 0) -> None:
    """Add `count` runs to the `already` there are."""
    for first in range(already, already + count, BATCH):
        numbers = range(first, min(first + BATCH, already + count))
        runs = [_run(number) for number in numbers]
        with connection.transaction(), connection.cursor() as cursor:
            _copy(cursor, f"COPY btsql.backtest_run ({RUN_COLUMNS}) FROM STDIN", (run for run, _, _ in runs))
            _copy(
                cursor,
                f"COPY btsql.performance_metrics ({METRIC_COLUMNS}) FROM STDIN",
                (m for _, m, _ in runs if m),
            )
            _copy(
                cursor,
                "COPY btsql.run_parameter (run_id, name, value) FROM STDIN",
                (
                    (run[0], name, json.dumps(value))
                    for run, _, parameters in runs
                    for name, value in parameters.items()
                ),
            )
    connection.execute("VACUUM ANALYZE btsql.backtest_run, btsql.performance_metrics, btsql.run_parameter")


def _copy(cursor: psycopg.Cursor[Any], statement: str, rows: Iterator[Any]) -> None:
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _run(number: int) -> tuple[tuple[Any, ...], tuple[Any, ...] | None, dict[str, Any]]:
    """Return one run, its metrics unless it failed, and its parameters; the same for the same number."""
    chance = random.Random(number)  # noqa: S311 - nothing is secret
    # Of what is rare there are about 80 in ten thousand runs and 125 in a million: a search finds as many in both.
    rare = 10 / (number + 1)
    strategy = chance.choices([name for name, _ in STRATEGIES], [share for _, share in STRATEGIES])[0]
    if chance.random() < rare:
        strategy = RARE_STRATEGY
    started_at = FIRST + PERIOD * number
    failed = chance.random() < 0.08
    parameters: dict[str, Any] = {
        "fast_period": RARE if chance.random() < rare else min(int(chance.expovariate(0.1)) + 2, 200),
        "slow_period": COMMON if chance.random() < 0.8 else chance.randrange(20, 400),
        "position_fraction": chance.choice((0.5, 0.95, 1.0)),
        "threshold": round(chance.gauss(2, 0.5), 3),
        "allow_short": chance.random() < 0.1,
        "stop": round(chance.random(), 2) if chance.random() < rare else None,
        "bar_type": "1-DAY-LAST-EXTERNAL",
    }
    first_year = chance.randrange(2005, 2018)
    last_year = first_year + chance.randrange(1, 6)
    if chance.random() < 0.6:
        first_year, last_year = ALL_YEARS
    run = (
        new_run_id(started_at), started_at, round(chance.uniform(0.2, 30), 3), "failure" if failed else "success",
        strategy, strategy, f"strategies.{strategy}:Strategy", json.dumps(parameters),
        [INSTRUMENTS[min(int(chance.expovariate(0.25)), 199)]], datetime(first_year, 1, 1, tzinfo=UTC),
        datetime(last_year, 12, 31, tzinfo=UTC), 100000, "USD", "csv", SNAPSHOT, ENVIRONMENT,
        "ValueError" if failed else None, "it failed" if failed else None, DIGEST,
    )  # fmt: skip
    return run, None if failed else _metrics(run[0], strategy, chance), parameters


def _metrics(run_id: Any, strategy: str, chance: random.Random) -> tuple[Any, ...]:
    trades = chance.randrange(0, 400)
    wins = int(trades * chance.uniform(0.3, 0.6))
    growth = max(chance.gauss(0.2, 0.6), -0.99)
    return (
        run_id, strategy, growth, growth / 3, growth / 3, max(min(chance.gauss(0.5, 0.8), 10), -10),
        chance.gauss(0.8, 1.2), -chance.random() * 0.8, chance.uniform(0.05, 0.6), trades, wins, trades - wins,
        wins / trades if trades else None, chance.uniform(0.3, 3), chance.uniform(10, 5000), -chance.uniform(10, 5000),
        100000 * (1 + growth), 100000 * growth, 252,
    )  # fmt: skip
