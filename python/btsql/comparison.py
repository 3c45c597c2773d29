"""Runs beside each other: compared, ranked, and over time. Each function has the name of its SQL function."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from psycopg.rows import class_row, scalar_row
from psycopg.types.json import set_json_loads

from btsql.database import function_call, read_json, translated_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    import psycopg

# What JSON has no type for.
EXACTLY: dict[str, Callable[[str], Any]] = {
    "data_start": datetime.fromisoformat,
    "data_end": datetime.fromisoformat,
    "started_at": datetime.fromisoformat,
    "initial_capital": Decimal,
    "duration_seconds": Decimal,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedField:
    """One thing that runs are compared by: the columns of btsql.compare_runs(), where they are described.

    Attributes
    ----------
    values : list
        What `run_values` has as texts of six digits, exactly: metrics and numeric parameters as numbers,
        times as `datetime`, the capital and the duration as `Decimal`, anything else as the text.

    """

    section: str
    field: str
    run_values: list[str | None]
    differs: bool
    best: str | None
    values: list[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedRun:
    """A run in a ranking: the columns of btsql.ranked_run, which has their units."""

    rank: int
    run_id: UUID
    short_id: str
    value: float
    strategy_name: str
    instruments: list[str]
    data_start: datetime
    data_end: datetime
    currency: str
    parameters: dict[str, Any]
    total_return: float | None
    sharpe_ratio: float | None
    max_drawdown: float | None
    total_trades: int | None
    metrics: dict[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRun:
    """A run in the history of a strategy: the columns of btsql.history_run, which has their units."""

    run_id: UUID
    short_id: str
    started_at: datetime
    strategy_type: str
    strategy_name: str
    status: str
    instruments: list[str] | None
    data_start: datetime | None
    data_end: datetime | None
    changed_parameters: dict[str, dict[str, Any]]
    total_return: float | None
    sharpe_ratio: float | None
    max_drawdown: float | None
    metric_changes: dict[str, float]
    metrics: dict[str, float | None] | None


def compare_runs(connection: psycopg.Connection[Any], *references: str) -> list[ComparedField]:
    """Return 2 to 10 runs side by side, field by field; first what makes them hard to compare.

    Raises
    ------
    RunNotFound, AmbiguousReference
        No run fits one of the references, or several do.
    UsageError
        Fewer than 2 or more than 10 runs, or an invalid reference.

    """
    query = """
        SELECT section, field, run_values, differs, best,
               coalesce(exact_values, to_jsonb(run_values)) AS values
          FROM btsql.compared_fields(%s::text[])"""
    with translated_errors(), connection.cursor(row_factory=class_row(ComparedField)) as cursor:
        set_json_loads(partial(read_json, parse_float=Decimal), cursor)
        fields = cursor.execute(query, [list(references)]).fetchall()
    return [replace(field, values=_exact_values(field)) for field in fields]


def _exact_values(row: ComparedField) -> list[Any]:
    name = row.field.removeprefix("other ") if row.section == "caution" else row.field
    exact = EXACTLY.get(name) if row.section in {"run", "caution"} else None
    if exact is not None:
        return [None if value is None else exact(str(value)) for value in row.values]
    return [
        text if isinstance(value, bool) or not isinstance(value, int | Decimal) else _number(value)
        for text, value in zip(row.run_values, row.values, strict=True)
    ]


def _number(value: int | Decimal) -> int | float:
    return value if isinstance(value, int) else float(value)


def find_runs(connection: psycopg.Connection[Any], references: Sequence[str]) -> list[UUID]:
    """Return the ids of the runs that references mean, in their order.

    Raises
    ------
    RunNotFound, AmbiguousReference, UsageError
        No run answers to one of the references, several do, or it is none.

    """
    query = """
        SELECT btsql.find_run(given.reference)
          FROM unnest(%s::text[]) WITH ORDINALITY AS given (reference, place)
         ORDER BY given.place"""
    with translated_errors(), connection.cursor(row_factory=scalar_row) as cursor:
        return cursor.execute(query, [list(references)]).fetchall()


def best_runs(connection: psycopg.Connection[Any], metric: str, **arguments: Any) -> list[RankedRun]:
    """Return the best runs by a metric, the best first; the arguments are those of the SQL function.

    Raises
    ------
    UsageError
        An unknown metric, or one that cannot be ranked; a limit outside 1 to 1000; an invalid criterion.

    """
    call, values = function_call("best_runs", metric=metric, **arguments)
    with translated_errors(), connection.cursor(row_factory=class_row(RankedRun)) as cursor:
        return cursor.execute(f"SELECT * FROM {call}", values).fetchall()  # noqa: S608 - names of ours


def strategy_history(
    connection: psycopg.Connection[Any], strategy: str, **arguments: Any
) -> list[HistoryRun]:
    """Return the newest runs of a strategy type, else of a label, oldest first, with what changed.

    The arguments are those of the SQL function.

    Raises
    ------
    UsageError
        A limit outside 1 to 1000.

    """
    call, values = function_call("strategy_history", strategy=strategy, **arguments)
    with translated_errors(), connection.cursor(row_factory=class_row(HistoryRun)) as cursor:
        return cursor.execute(f"SELECT * FROM {call}", values).fetchall()  # noqa: S608 - names of ours
