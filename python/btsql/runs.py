"""Recorded runs, as the database's functions return them. Each function has the name of its SQL function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg.rows import class_row, tuple_row

from btsql.database import translated_errors

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    import psycopg


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A run in a listing: the columns of btsql.run_summary, where their units are said."""

    run_id: UUID
    short_id: str
    started_at: datetime
    duration_seconds: Decimal | None
    status: str
    strategy_type: str
    strategy_name: str
    instruments: list[str] | None
    data_start: datetime | None
    data_end: datetime | None
    initial_capital: Decimal | None
    currency: str | None
    total_return: float | None
    sharpe_ratio: float | None
    max_drawdown: float | None
    total_trades: int | None
    error_type: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDetails:
    """All that is recorded of one run: the columns of btsql.run_details, where their units are said."""

    run_id: UUID
    short_id: str
    status: str
    started_at: datetime
    duration_seconds: Decimal | None
    strategy_type: str
    strategy_name: str
    strategy_path: str
    parameters: dict[str, Any]
    instruments: list[str] | None
    data_start: datetime | None
    data_end: datetime | None
    data_source: str | None
    initial_capital: Decimal | None
    currency: str | None
    total_return: float | None
    cagr: float | None
    annualized_return: float | None
    sharpe_ratio: float | None
    sortino_ratio: float | None
    max_drawdown: float | None
    volatility: float | None
    total_trades: int | None
    winning_trades: int | None
    losing_trades: int | None
    win_rate: float | None
    profit_factor: float | None
    average_win: float | None
    average_loss: float | None
    final_equity: float | None
    net_profit: float | None
    periods_per_year: int | None
    rejected_metrics: dict[str, dict[str, Any]] | None
    engine_figures: dict[str, Any] | None
    error_type: str | None
    error_message: str | None
    error_traceback: str | None
    origin_run_id: UUID | None
    changes: dict[str, Any] | None
    snapshot: dict[str, Any]
    environment: dict[str, Any] | None
    config_hash: str
    record_digest: str
    recorded_at: datetime
    replaced_interrupted_at: datetime | None


def list_runs(
    connection: psycopg.Connection[Any],
    *,
    strategy_name: str | None = None,
    strategy_type: str | None = None,
    instrument: str | None = None,
    status: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    result_limit: int = 20,
) -> list[RunSummary]:
    """Return recorded runs, newest first; see the SQL function for what each filter means.

    Raises
    ------
    UsageError
        A limit outside 1 to 1000, or an unknown status.

    """
    filters = {
        "strategy_name": strategy_name,
        "strategy_type": strategy_type,
        "instrument": instrument,
        "status": status,
        "since": since,
        "until": until,
        "result_limit": result_limit,
    }
    query = """
        SELECT run_id, short_id, started_at, duration_seconds, status, strategy_type, strategy_name,
               instruments, data_start, data_end, initial_capital, currency, total_return, sharpe_ratio,
               max_drawdown, total_trades, error_type
          FROM btsql.list_runs(
                   strategy_name => %(strategy_name)s, strategy_type => %(strategy_type)s,
                   instrument => %(instrument)s, status => %(status)s,
                   since => %(since)s, until => %(until)s, result_limit => %(result_limit)s)"""
    with translated_errors(), connection.cursor(row_factory=class_row(RunSummary)) as cursor:
        return cursor.execute(query, filters).fetchall()


def get_run(connection: psycopg.Connection[Any], reference: str) -> RunDetails:
    """Return all that is recorded of the run that a reference means.

    Raises
    ------
    RunNotFound, AmbiguousReference
        No run answers to the reference, or several do.
    UsageError
        It is not a reference.

    """
    query = "SELECT * FROM btsql.get_run(%s)"
    with translated_errors(), connection.cursor(row_factory=class_row(RunDetails)) as cursor:
        run = cursor.execute(query, [reference]).fetchone()
    assert run is not None  # noqa: S101 - get_run() raises when there is none
    return run


def count_runs(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Return how many runs are recorded, by status."""
    with translated_errors(), connection.cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute("SELECT status, runs FROM btsql.count_runs()").fetchall())
