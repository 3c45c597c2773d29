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


def unknown_parameters(connection: psycopg.Connection[Any], names: Iterable[str]) -> dict[str, str | None]:
    """Return the names that no recorded parameter has, each with a similar name that exists.

    The search index does not have parameters that are null, lists or objects: those of the newest runs count.
    """
    missing = [name for name in names if not _is_indexed(connection, name)]
    if not missing:
        return {}
    from difflib import get_close_matches  # noqa: PLC0415 - needed after a mistake only

    from btsql.metric_names import METRICS, SHORT_NAMES, metric_name  # noqa: PLC0415

    known = _newest_parameters(connection)
    likely = sorted(known | set(METRICS) | set(SHORT_NAMES))
    return {
        name: next(iter(get_close_matches(metric_name(name), likely, n=1)), None)
        for name in missing
        if known and name not in known
    }


def recorded_parameters(connection: psycopg.Connection[Any], names: Iterable[str]) -> set[str]:
    """Return which of the names are those of recorded parameters, with the bounds of `unknown_parameters`."""
    wanted = set(names)
    indexed = {name for name in wanted if _is_indexed(connection, name)}
    return indexed if indexed == wanted else indexed | (wanted & _newest_parameters(connection))


def _newest_parameters(connection: psycopg.Connection[Any]) -> set[str]:
    with translated_errors(), connection.cursor(row_factory=scalar_row) as cursor:
        query = """
            SELECT DISTINCT jsonb_object_keys(parameters) FROM (
                SELECT parameters FROM btsql.backtest_run ORDER BY run_id DESC LIMIT 1000) AS newest"""
        return set(cursor.execute(query).fetchall())


# For each kind of name those of the newest runs, and the one that is asked for if any run has it.
NAMES = {
    "strategy_name": """
        SELECT strategy_name FROM (
            SELECT strategy_name FROM btsql.backtest_run ORDER BY run_id DESC LIMIT 1000) AS newest
         UNION
        SELECT %(name)s WHERE EXISTS (SELECT FROM btsql.backtest_run WHERE strategy_name = %(name)s)""",
    "strategy_type": """
        SELECT strategy_type FROM (
            SELECT strategy_type FROM btsql.backtest_run ORDER BY run_id DESC LIMIT 1000) AS newest
         UNION
        SELECT %(name)s WHERE EXISTS (SELECT FROM btsql.backtest_run WHERE strategy_type = %(name)s)""",
    "instrument": """
        SELECT unnest(instruments) FROM (
            SELECT instruments FROM btsql.backtest_run ORDER BY run_id DESC LIMIT 1000) AS newest
         UNION
        SELECT %(name)s WHERE EXISTS (SELECT FROM btsql.backtest_run WHERE instruments @> ARRAY[%(name)s])""",
    "tag": """
        SELECT content FROM (
            SELECT kind, content FROM btsql.run_annotation
             ORDER BY run_id DESC, annotation_id DESC LIMIT 1000) AS newest
         WHERE kind = 'tag'
         UNION
        SELECT %(name)s WHERE EXISTS (
            SELECT FROM btsql.run_annotation WHERE kind = 'tag' AND content = %(name)s)""",
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
        What it is the name of: the keys of `NAMES`.

    """
    from difflib import get_close_matches  # noqa: PLC0415 - needed after a mistake only

    query = " UNION ".join(NAMES[kind] for kind in kinds)
    with translated_errors(), connection.cursor(row_factory=scalar_row) as cursor:
        known = set(cursor.execute(query.encode(), {"name": name}).fetchall())
    if name in known:
        return None
    lowered = {each.lower(): each for each in sorted(known)}
    close = get_close_matches(name.lower(), lowered, n=1)
    return lowered[close[0]] if close else None


def _is_indexed(connection: psycopg.Connection[Any], name: str) -> bool:
    query = "SELECT true FROM btsql.run_parameter WHERE name = %s LIMIT 1"
    with translated_errors():
        return connection.execute(query, [name]).fetchone() is not None


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
