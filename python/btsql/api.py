"""What the command line looks up, from Python: in a script, a notebook, a dashboard.

Each function takes a connection (a `psycopg.Connection`, or a pool that lends connections), or makes its own:
to `dsn`, or to the database that `btsql` on the command line would use.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

import psycopg

from btsql import comparison, duplicates, reproduction, runs
from btsql.database import connect, find_target
from btsql.errors import OperationFailed, UsageError
from btsql.metric_names import metric_name, required_metric, sort_column
from btsql.notebook import Comparison, Rows
from btsql.sources import DataSource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from uuid import UUID

    from btsql.comparison import HistoryRun, RankedRun
    from btsql.duplicates import DuplicateRun
    from btsql.run_details import RunDetails
    from btsql.runs import RunSummary


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
    """Return recorded runs, newest first by default; SQL's list_runs() has the same arguments.

    A metric may be called by a short name, as `sharpe`.

    Raises
    ------
    UsageError
        A limit outside 1 to 1000, an unknown status or metric, or an invalid criterion.
    RunNotFound, AmbiguousReference
        `after` is not a recorded run.
    DatabaseUnavailable, SchemaMismatch
        The database cannot be reached, or its schema does not fit.

    """
    column = sort_column(sort_by)
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
                metrics=_named(metrics),
                tags=tags,
                sort_by=column,
                descending=descending,
                result_limit=result_limit,
                after=after,
            ),
            metric=column,
        )


def get_run(reference: str = "@", *, connection: Source = None, dsn: str | None = None) -> RunDetails:
    """Return everything that is recorded about one run, by default the newest.

    Raises
    ------
    RunNotFound, AmbiguousReference, UsageError
        No run fits the reference, several do, or it is not a valid reference.
    DatabaseUnavailable, SchemaMismatch
        The database cannot be reached, or its schema does not fit.

    """
    with lent(connection, dsn) as one:
        return runs.get_run(one, reference)


def compare_runs(*references: str, connection: Source = None, dsn: str | None = None) -> Comparison:
    """Return 2 to 10 runs side by side, field by field; first what makes them hard to compare.

    Raises
    ------
    RunNotFound, AmbiguousReference, UsageError
        No run fits a reference, several do, or these are not 2 to 10 references.
    DatabaseUnavailable, SchemaMismatch
        The database cannot be reached, or its schema does not fit.

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
    """Return the best runs by a metric, best first, with the parameters of each.

    A metric may be called by a short name, as `sharpe`.

    Raises
    ------
    UsageError
        An unknown metric, or one that cannot be ranked; a limit outside 1 to 1000; an invalid criterion.
    DatabaseUnavailable, SchemaMismatch
        The database cannot be reached, or its schema does not fit.

    """
    name = required_metric(metric)
    with lent(connection, dsn) as one:
        return Rows(
            comparison.best_runs(
                one,
                name,
                strategy_type=strategy_type,
                strategy_name=strategy_name,
                instrument=instrument,
                since=since,
                until=until,
                parameters=parameters,
                metrics=_named(metrics),
                tags=tags,
                result_limit=result_limit,
            ),
            metric=name,
        )


def _named(metrics: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return criteria on metrics by the names that the database has for them."""
    if metrics is None:
        return None
    named = {metric_name(name): criteria for name, criteria in metrics.items()}
    if len(named) < len(metrics):
        raise UsageError(f"a metric has two criteria: {', '.join(metrics)}", hint="Write them as one.")
    return named


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
    """Return the newest runs of a strategy type, else of a label, oldest first, with what changed.

    Raises
    ------
    UsageError
        A limit outside 1 to 1000.
    DatabaseUnavailable, SchemaMismatch
        The database cannot be reached, or its schema does not fit.

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


def find_duplicates(
    tested: str | Mapping[str, Any] = "@",
    *,
    result_limit: int = 20,
    connection: Source = None,
    dsn: str | None = None,
) -> Rows[DuplicateRun]:
    """Return the successful runs that tested the same, newest first, with what else differs.

    Parameters
    ----------
    tested : str | Mapping[str, Any]
        A reference to a run, which is itself left out; or `strategy_path`, `parameters`, `instruments`,
        `data_start` and `data_end` as a record has them, with other keys of a record to compare.
    result_limit : int
        1 to 1000.
    connection, dsn
        Where to look; see the module.

    Raises
    ------
    RunNotFound, AmbiguousReference, UsageError
        No run fits the reference, several do; or a key is missing, or the limit is out of range.
    DatabaseUnavailable, SchemaMismatch
        The database cannot be reached, or its schema does not fit.

    """
    with lent(connection, dsn) as one:
        return Rows(duplicates.find_duplicates(one, tested, result_limit=result_limit), near=False)


def find_near_duplicates(
    tested: str | Mapping[str, Any] = "@",
    *,
    result_limit: int = 20,
    connection: Source = None,
    dsn: str | None = None,
) -> Rows[DuplicateRun]:
    """Return the successful runs that differ only in some parameters, nearest first.

    The arguments and errors are those of `find_duplicates`.
    """
    with lent(connection, dsn) as one:
        return Rows(duplicates.find_near_duplicates(one, tested, result_limit=result_limit), near=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerun:
    """A run that was executed again, and how it compares with the original.

    Attributes
    ----------
    run_id, origin_run_id : UUID
        The new run, and the one that it reproduces or varies.
    verdict : str
        `IDENTICAL`, `DIFFERS` or, if something was changed on purpose, `VARIATION`.
    note : str | None
        How much of it is the same.
    findings : Rows[VerdictRow]
        Changes, reasons, and every field side by side: the rows of SQL's reproduction_verdict().
    error : Exception | None
        What the backtest raised, which is in the record too.

    """

    run_id: UUID
    origin_run_id: UUID
    verdict: Literal["IDENTICAL", "DIFFERS", "VARIATION"]
    note: str | None
    findings: Rows[reproduction.VerdictRow]
    error: Exception | None


def rerun(
    reference: str = "@",
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    capital: Decimal | int | None = None,
    data: str | None = None,
    parameters: Mapping[str, object] | None = None,
    dsn: str | None = None,
) -> Rerun:
    """Execute a recorded run again, record it as a new run, and say whether the result is the same.

    Parameters
    ----------
    reference : str
        The run; by default the newest.
    start, end, capital, parameters
        What to change.
    data : str
        Other data, as `csv:PATH`, `catalog:PATH` or `mock:SEED`; required if it was handed over in memory.
    dsn : str | None
        The database, as for the other functions. There is no `connection`: a run is recorded over its own.

    Raises
    ------
    RunNotFound, AmbiguousReference, UsageError
        No run fits the reference, several do; or a change does not fit the run.
    SourceUnavailable
        Its strategy or its data is not there, or something was not captured.
    DatabaseUnavailable, SchemaMismatch
        The database cannot be reached, or its schema does not fit; nothing was run.
    RunWaits, RecordRefused
        It ran, but its record is not in the database.

    """
    from btsql.recorder import recorder  # noqa: PLC0415 - who only asks has no use for it

    variation = reproduction.Variation(
        start=start,
        end=end,
        capital=None if capital is None else Decimal(capital),
        data=None if data is None else DataSource.parse(data),
        parameters=parameters or {},
    )
    recorder(dsn).check()
    backtest = reproduction.rebuilt(get_run(reference, dsn=dsn), variation, recorder(dsn))
    error = backtest.run()
    made = backtest.reproduction
    if made.saved_id is None:
        raise made.problem or OperationFailed("the run was not recorded") from error
    with lent(None, dsn) as one:
        head, *rows = reproduction.reproduction_verdict(one, str(made.saved_id))
    return Rerun(
        run_id=made.saved_id,
        origin_run_id=made.origin_run_id,
        verdict=cast("Any", head.field),
        note=head.note,
        findings=Rows(rows),
        error=error,
    )
