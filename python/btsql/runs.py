"""Recorded runs, as the database's functions return them. Each function has the name of its SQL function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg.rows import class_row, scalar_row, tuple_row

from btsql.database import function_call, translated_errors

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    import psycopg

    from btsql.run_details import RunDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A run in a listing: the columns of btsql.run_summary, which has their units."""

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
    parameters: dict[str, Any]
    sort_value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRun:
    """A run that no longer matches what was recorded: the columns of btsql.check_runs()."""

    run_id: UUID
    started_at: datetime
    recorded_at: datetime


def list_runs(connection: psycopg.Connection[Any], **arguments: Any) -> list[RunSummary]:
    """Return recorded runs, newest first by default; the arguments are those of the SQL function.

    Raises
    ------
    UsageError
        A limit outside 1 to 1000, an unknown status or metric, or an invalid criterion.
    RunNotFound, AmbiguousReference
        `after` is not a recorded run.

    """
    call, values = function_call("list_runs", **arguments)
    with translated_errors(), connection.cursor(row_factory=class_row(RunSummary)) as cursor:
        return cursor.execute(f"SELECT * FROM {call}", values).fetchall()  # noqa: S608 - names of ours


def recorded_names(connection: psycopg.Connection[Any], kind: str, *wanted: str) -> set[str]:
    """Return names of a kind that runs have: those of the newest, and the wanted ones that any run has."""
    with translated_errors(), connection.cursor(row_factory=scalar_row) as cursor:
        query = "SELECT btsql.recorded_names(%s, %s)"
        return set(cursor.execute(query, [kind, list(wanted)]).fetchall())


def unknown_parameters(connection: psycopg.Connection[Any], names: Iterable[str]) -> dict[str, str | None]:
    """Return the names that no recorded parameter has, each with a similar name that exists."""
    wanted = list(names)
    if not wanted:
        return {}
    from difflib import get_close_matches  # noqa: PLC0415 - needed after a mistake only

    from btsql.metric_names import METRICS, SHORT_NAMES, metric_name  # noqa: PLC0415

    known = recorded_names(connection, "parameter", *wanted)
    likely = sorted(known | set(METRICS) | set(SHORT_NAMES))
    return {
        name: next(iter(get_close_matches(metric_name(name), likely, n=1)), None)
        for name in wanted
        if known and name not in known
    }


def likely_name(connection: psycopg.Connection[Any], name: str, *kinds: str) -> str | None:
    """Return the recorded name that may be meant by one that no run has; None for one that a run has.

    Parameters
    ----------
    connection : psycopg.Connection
        Whom to ask.
    name : str
        What was asked for.
    *kinds : str
        What it is the name of, as `recorded_names()` in SQL has it.

    """
    from difflib import get_close_matches  # noqa: PLC0415 - needed after a mistake only

    known: set[str] = set()
    for kind in kinds:
        known |= recorded_names(connection, kind, name)
    if name in known:
        return None
    lowered = {each.lower(): each for each in sorted(known)}
    close = get_close_matches(name.lower(), lowered, n=1)
    return lowered[close[0]] if close else None


def get_run(connection: psycopg.Connection[Any], reference: str) -> RunDetails:
    """Return everything that is recorded about the run that a reference names.

    Raises
    ------
    RunNotFound, AmbiguousReference
        No run fits the reference, or several do.
    UsageError
        It is not a reference.

    """
    from btsql.run_details import RunDetails  # noqa: PLC0415 - a large class, which listings do not need

    query = "SELECT * FROM btsql.get_run(%s)"
    with translated_errors(), connection.cursor(row_factory=class_row(RunDetails)) as cursor:
        run = cursor.execute(query, [reference]).fetchone()
    assert run is not None  # noqa: S101 - get_run() raises when there is none
    return run


def count_runs(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Return how many runs are recorded, by status."""
    with translated_errors(), connection.cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute("SELECT status, runs FROM btsql.count_runs()").fetchall())


def delete_run(connection: psycopg.Connection[Any], reference: str) -> UUID:
    """Delete a run with everything that belongs to it, and return its id.

    Raises
    ------
    RunNotFound, AmbiguousReference
        No run fits the reference, or several do.
    UsageError
        It is not an id: `@` changes with each new run.

    """
    with translated_errors(), connection.cursor(row_factory=scalar_row) as cursor:
        row: Any = cursor.execute("SELECT btsql.delete_run(%s)", [reference]).fetchone()
    run_id: UUID = row
    return run_id


def check_run(connection: psycopg.Connection[Any], reference: str) -> bool:
    """Tell whether a run still matches what was recorded.

    Raises
    ------
    RunNotFound, AmbiguousReference
        No run fits the reference, or several do.

    """
    with translated_errors(), connection.cursor(row_factory=scalar_row) as cursor:
        return bool(cursor.execute("SELECT btsql.check_run(%s)", [reference]).fetchone())


def check_runs(connection: psycopg.Connection[Any]) -> list[ChangedRun]:
    """Return the runs that no longer match what was recorded, newest first. Reads every run."""
    query = "SELECT run_id, started_at, recorded_at FROM btsql.check_runs()"
    with translated_errors(), connection.cursor(row_factory=class_row(ChangedRun)) as cursor:
        return cursor.execute(query).fetchall()
