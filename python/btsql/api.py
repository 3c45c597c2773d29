"""The questions of the command line, asked from Python: in a script, a notebook, a dashboard.

Each takes the connection it asks through, a `psycopg.Connection` or a pool that lends some, or makes one for
itself: to `dsn`, or to where `btsql` on the command line would go.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import psycopg

from btsql import comparison, runs
from btsql.database import connect, find_target
from btsql.notebook import Comparison, Rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from btsql.comparison import HistoryRun, RankedRun
    from btsql.runs import RunDetails, RunSummary


class Pool(Protocol):
    """What lends connections, as psycopg_pool.ConnectionPool does."""

    def connection(self) -> AbstractContextManager[psycopg.Connection[Any]]:
        """Lend a connection for the time of a `with` block."""
        ...


Source = psycopg.Connection[Any] | Pool | None


@contextmanager
def lent(connection: Source, dsn: str | None) -> Iterator[psycopg.Connection[Any]]:
    """Yield the connection, one that the pool lends, or one that is made and closed again."""
    if isinstance(connection, psycopg.Connection):
        yield connection
    elif connection is not None:
        with connection.connection() as one:
            yield one
    else:
        with connect(find_target(dsn)) as made:
            yield made


def history(
    *,
    strategy_name: str | None = None,
    strategy_type: str | None = None,
    instrument: str | None = None,
    status: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    data_since: datetime | None = None,
    data_until: datetime | None = None,
    parameters: Mapping[str, Any] | None = None,
    metrics: Mapping[str, Any] | None = None,
    tags: Sequence[str] | None = None,
    sort_by: str = "started_at",
    descending: bool = True,
    result_limit: int = 20,
    after: str | None = None,
    connection: Source = None,
    dsn: str | None = None,
) -> Rows[RunSummary]:
    """Return recorded runs, newest first if not told otherwise; SQL's list_runs() has the same arguments.

    Raises
    ------
    UsageError
        A limit outside 1 to 1000, an unknown status or metric, a criterion that is none.
    RunNotFound, AmbiguousReference
        The run that the page comes `after` is none.
    DatabaseUnavailable, SchemaMismatch
        There is nobody to ask.

    """
    with lent(connection, dsn) as one:
        return Rows(
            runs.list_runs(
                one,
                strategy_name=strategy_name,
                strategy_type=strategy_type,
                instrument=instrument,
                status=status,
                since=since,
                until=until,
                data_since=data_since,
                data_until=data_until,
                parameters=parameters,
                metrics=metrics,
                tags=tags,
                sort_by=sort_by,
                descending=descending,
                result_limit=result_limit,
                after=after,
            )
        )


def get_run(reference: str = "@", *, connection: Source = None, dsn: str | None = None) -> RunDetails:
    """Return all that is recorded of one run, the newest if not told otherwise.

    Raises
    ------
    RunNotFound, AmbiguousReference, UsageError
        No run answers to the reference, several do, or it is none.
    DatabaseUnavailable, SchemaMismatch
        There is nobody to ask.

    """
    with lent(connection, dsn) as one:
        return runs.get_run(one, reference)


def compare_runs(*references: str, connection: Source = None, dsn: str | None = None) -> Comparison:
    """Return 2 to 10 runs side by side, one field after the other, what makes them hard to compare first.

    Raises
    ------
    RunNotFound, AmbiguousReference, UsageError
        No run answers to a reference, several do, or these are not 2 to 10 references.
    DatabaseUnavailable, SchemaMismatch
        There is nobody to ask.

    """
    with lent(connection, dsn) as one:
        return Comparison(comparison.compare_runs(one, *references))


def best_runs(
    metric: str,
    *,
    strategy_type: str | None = None,
    strategy_name: str | None = None,
    instrument: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    parameters: Mapping[str, Any] | None = None,
    metrics: Mapping[str, Any] | None = None,
    tags: Sequence[str] | None = None,
    result_limit: int = 20,
    connection: Source = None,
    dsn: str | None = None,
) -> Rows[RankedRun]:
    """Return the best runs by a metric, the best first, with the parameters that made each.

    Raises
    ------
    UsageError
        No metric, or one that is neither good nor bad; a limit outside 1 to 1000; a criterion that is none.
    DatabaseUnavailable, SchemaMismatch
        There is nobody to ask.

    """
    with lent(connection, dsn) as one:
        return Rows(
            comparison.best_runs(
                one,
                metric,
                strategy_type=strategy_type,
                strategy_name=strategy_name,
                instrument=instrument,
                since=since,
                until=until,
                parameters=parameters,
                metrics=metrics,
                tags=tags,
                result_limit=result_limit,
            )
        )


def strategy_history(
    strategy: str,
    *,
    strategy_name: str | None = None,
    instrument: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    result_limit: int = 100,
    connection: Source = None,
    dsn: str | None = None,
) -> Rows[HistoryRun]:
    """Return the newest runs of a type of strategy, else of a label, the oldest first, with what changed.

    Raises
    ------
    UsageError
        A limit outside 1 to 1000.
    DatabaseUnavailable, SchemaMismatch
        There is nobody to ask.

    """
    with lent(connection, dsn) as one:
        return Rows(
            comparison.strategy_history(
                one,
                strategy,
                strategy_name=strategy_name,
                instrument=instrument,
                since=since,
                until=until,
                result_limit=result_limit,
            )
        )
