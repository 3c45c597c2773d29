"""What was tested already. Each function has the name of its SQL function."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg.rows import class_row, tuple_row

from btsql.database import translated_errors

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    import psycopg


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateRun:
    """A run that tested the same, or nearly: the columns of btsql.duplicate_run, with its units."""

    run_id: UUID
    short_id: str
    started_at: datetime
    total_return: float | None
    sharpe_ratio: float | None
    max_drawdown: float | None
    differences: dict[str, dict[str, Any]]


def run_identity(connection: psycopg.Connection[Any], reference: str) -> dict[str, Any]:
    """Return what a recorded run tested, for `find_duplicates` to leave that run itself out.

    Raises
    ------
    RunNotFound, AmbiguousReference, UsageError
        As for `get_run`.

    """
    with translated_errors(), connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute("SELECT btsql.run_identity(%s)", [reference]).fetchone()
    identity: dict[str, Any] = row[0] if row else {}
    return identity


def find_duplicates(
    connection: psycopg.Connection[Any], config: Mapping[str, Any], *, result_limit: int = 20
) -> list[DuplicateRun]:
    """Return successful runs of the same configuration on the same data, newest first.

    Parameters
    ----------
    config : Mapping[str, Any]
        `strategy_path`, `parameters`, `instruments`, `data_start` and `data_end` as a record has them; what
        else a record has is compared, and named in `differences`.
    result_limit : int
        1 to 1000.

    Raises
    ------
    UsageError
        `config` lacks a key, or the limit is out of range.

    """
    return _found(connection, "find_duplicates", config, result_limit)


def find_near_duplicates(
    connection: psycopg.Connection[Any], config: Mapping[str, Any], *, result_limit: int = 20
) -> list[DuplicateRun]:
    """Return successful runs that differ in some parameters only, the nearest first.

    Takes and raises what `find_duplicates` does.
    """
    return _found(connection, "find_near_duplicates", config, result_limit)


def _found(
    connection: psycopg.Connection[Any], function: str, config: Mapping[str, Any], limit: int
) -> list[DuplicateRun]:
    query = f"SELECT * FROM btsql.{function}(%s::jsonb, %s)"  # noqa: S608 - one of two names of ours
    with translated_errors(), connection.cursor(row_factory=class_row(DuplicateRun)) as cursor:
        return cursor.execute(query.encode(), [json.dumps(config), limit]).fetchall()


def duplicate_line(run: DuplicateRun) -> str:
    """Return in one line that a run tested the same, when, with what result, and how to look at it."""
    figures = [] if run.total_return is None else [f"return {run.total_return:+.2%}"]
    figures += [] if run.sharpe_ratio is None else [f"Sharpe {run.sharpe_ratio:.2f}"]
    others = ", ".join(sorted(run.differences)).replace("_", " ")
    result = f" ({', '.join(figures)})" if figures else ""
    besides = f", differing in {others}" if others else ""
    when = run.started_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return f"already tested on {when}{result}{besides}: see btsql show {run.short_id[:8]}"
