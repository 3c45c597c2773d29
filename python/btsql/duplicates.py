"""What was tested before. Each function has the name of its SQL function."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg.rows import class_row

from btsql.database import translated_errors
from btsql.record import plain
from btsql.zones import in_local_zone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    import psycopg


DATA = frozenset({"data", "data_source", "data_fingerprint"})
"""What of the differences is about the market data."""

NOT_COMPARED = "data_not_compared"
"""What is named where nobody knows whether the market data is the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateRun:
    """A run that tested the same, or nearly the same: the columns of btsql.duplicate_run, with its units."""

    run_id: UUID
    short_id: str
    started_at: datetime
    total_return: float | None
    sharpe_ratio: float | None
    max_drawdown: float | None
    differences: dict[str, dict[str, Any]]


def find_duplicates(
    connection: psycopg.Connection[Any], tested: str | Mapping[str, Any], *, result_limit: int = 20
) -> list[DuplicateRun]:
    """Return successful runs of the same configuration on the same instruments and dates, newest first.

    Parameters
    ----------
    tested : str | Mapping[str, Any]
        A reference to a run, which is itself left out; or `strategy_path`, `parameters`, `instruments`,
        `data_start` and `data_end` as a record has them. Other keys of a record are compared, and named in
        `differences`.
    result_limit : int
        1 to 1000.

    Raises
    ------
    RunNotFound, AmbiguousReference
        No run fits the reference, or several do.
    UsageError
        `tested` lacks a key or is no reference, or the limit is out of range.

    """
    return _found(connection, "find_duplicates", tested, result_limit)


def find_closest_duplicates(
    connection: psycopg.Connection[Any], tested: str | Mapping[str, Any], *, result_limit: int = 20
) -> list[DuplicateRun]:
    """Return what `find_duplicates` finds, what tested the very same first, then what is on the same data.

    The arguments and errors are those of `find_duplicates`.
    """
    return _found(connection, "find_closest_duplicates", tested, result_limit)


def find_near_duplicates(
    connection: psycopg.Connection[Any], tested: str | Mapping[str, Any], *, result_limit: int = 20
) -> list[DuplicateRun]:
    """Return successful runs that differ only in some parameters, nearest first.

    The arguments and errors are those of `find_duplicates`.
    """
    return _found(connection, "find_near_duplicates", tested, result_limit)


def _found(
    connection: psycopg.Connection[Any], function: str, tested: str | Mapping[str, Any], limit: int
) -> list[DuplicateRun]:
    is_recorded = isinstance(tested, str)
    config = "btsql.run_identity(%s)" if is_recorded else "%s::jsonb"
    value = tested if is_recorded else json.dumps(plain(tested))
    query = f"SELECT * FROM btsql.{function}({config}, %s)"  # noqa: S608 - one of three names of ours
    with translated_errors(), connection.cursor(row_factory=class_row(DuplicateRun)) as cursor:
        return cursor.execute(query.encode(), [value, limit]).fetchall()


def differs_in_data_only(run: DuplicateRun) -> bool:
    """Tell whether a run is known to have had other data, and all else the same."""
    return is_on_other_data(run) and run.differences.keys() <= DATA


def is_on_other_data(run: DuplicateRun) -> bool:
    """Tell whether a run is known to have had other data."""
    return not DATA.isdisjoint(run.differences) and NOT_COMPARED not in run.differences


def named_differences(run: DuplicateRun) -> dict[str, dict[str, Any]]:
    """Return what else differs as people call it: the data once, with its source where that differs."""
    data = {"data": run.differences.get("data_source", {})} if is_on_other_data(run) else {}
    others = {name.replace("_", " "): change for name, change in run.differences.items() if name not in DATA}
    return dict(sorted((data | others).items()))


def duplicate_line(run: DuplicateRun) -> str:
    """Return in one line that a run tested the same, or did on other data, when, and with what result."""
    what = "tested on other data" if differs_in_data_only(run) else "already tested"
    figures = [] if run.total_return is None else [f"return {run.total_return:+.2%}"]
    figures += [] if run.sharpe_ratio is None else [f"Sharpe {run.sharpe_ratio:.2f}"]
    unknown = NOT_COMPARED.replace("_", " ")
    named = [] if differs_in_data_only(run) else list(named_differences(run))
    others = ", ".join(name for name in named if name != unknown)
    result = f" ({', '.join(figures)})" if figures else ""
    besides = f", differing in {others}" if others else ""
    besides += ", not all data compared" if unknown in named else ""
    when = in_local_zone(run.started_at).strftime("%Y-%m-%d %H:%M:%S")
    return f"{what} on {when}{result}{besides}: see btsql show {run.short_id[:8]}"
