"""Running a recorded run again: what is changed, and how the result compares."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from psycopg.rows import class_row

from btsql.database import translated_errors
from btsql.errors import UsageError
from btsql.record import plain
from btsql.request import check_capital, check_order, check_range

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    import psycopg

    from btsql.adapters.rebuild import Rebuilt
    from btsql.recorder import Recorder
    from btsql.run_details import RunDetails
    from btsql.sources import DataSource


CIRCUMSTANCES = ("start", "end", "capital", "data")
"""What of a run can be varied besides the parameters of its strategy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """What a re-run changes against its original; by default nothing.

    Attributes
    ----------
    start, end : datetime | None
        Another range of the data.
    capital : Decimal | None
        Another starting balance, in the run's currency.
    data : DataSource | None
        Other data.
    parameters : Mapping[str, object]
        Other values of parameters of the strategy.

    """

    start: datetime | None = None
    end: datetime | None = None
    capital: Decimal | None = None
    data: DataSource | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what no backtest could be made of."""
        if self.capital is not None:
            check_capital(self.capital)
        check_range(self.start, self.end)

    def check(self, run: RunDetails) -> None:
        """Refuse what no backtest could be made of together with what stays as it was recorded.

        Raises
        ------
        UsageError
            The data would begin after its end.

        """
        if self.start is not None or self.end is not None:
            check_order(self.start or run.data_start, self.end or run.data_end)

    def changes(
        self, run: RunDetails, parameters: Mapping[str, tuple[Any, Any]]
    ) -> dict[str, dict[str, Any]] | None:
        """Return `{name: {"from": value, "to": value}}` of what it changes of a run, None for nothing.

        What is given as it was recorded is no change, nor is data that stands for what was handed over in
        memory: it is meant to be the same. A parameter called as what else can be varied is named as in a
        search: `param.capital`.

        Parameters
        ----------
        run : RunDetails
            What is varied.
        parameters : Mapping[str, tuple[Any, Any]]
            Of each parameter that is to have another value, what was recorded and what the strategy has now:
            it may have read a number as a text, and a text as a number.

        """
        data = None if self.data is None or run.data_source == "memory" else str(self.data.placed())
        pairs = (
            (run.data_start, self.start),
            (run.data_end, self.end),
            (run.initial_capital, self.capital),
            (located(run), data),
        )
        circumstances = dict(zip(CIRCUMSTANCES, pairs, strict=True))
        changed = {name: pair for name, pair in circumstances.items() if pair[1] not in {None, pair[0]}} | {
            f"param.{name}" if name in CIRCUMSTANCES else name: pair
            for name, pair in parameters.items()
            if not _is_same_json(*pair)
        }
        return {name: {"from": old, "to": new} for name, (old, new) in changed.items()} or None


def _is_same_json(one: object, other: object) -> bool:
    """Tell whether two values are the same in JSON, where 1 and 1.0 are, and 1 and true are not."""
    one, other = (
        json.loads(json.dumps(plain(value)), parse_int=_number, parse_float=_number) for value in (one, other)
    )
    return one == other


def _number(digits: str) -> tuple[Decimal]:
    """Return a number as no other JSON value is read: to Python, true equals 1."""
    return (Decimal(digits),)


def rebuilt(run: RunDetails, variation: Variation, recorder: Recorder, *, is_dry: bool = False) -> Rebuilt:
    """Build a recorded run again, ready to be executed and recorded; dry, only to see that it can be built.

    Raises
    ------
    SourceUnavailable
        Its strategy or its data is not there, or something was not captured.
    UsageError
        A change does not fit the run, or Nautilus Trader is not installed.
    OperationFailed
        The engine cannot be made of it any more; what its constructor raises is recorded, if it is not dry.

    """
    variation.check(run)
    try:
        from btsql.adapters.rebuild import rebuild  # noqa: PLC0415 - it imports the engine
    except ImportError as exc:
        raise UsageError(
            f"Nautilus Trader cannot be imported: {exc}",
            hint="Install it with `pip install 'btsql[nautilus]'`.",
        ) from exc
    return rebuild(run, variation, recorder, is_dry=is_dry)


def located(run: RunDetails) -> str | None:
    """Return where a run's data is, as a data source is written, as far as that can be said."""
    data = run.snapshot.get("data")
    first = data[0] if isinstance(data, list) and data and isinstance(data[0], dict) else {}
    place = first.get("path") or first.get("catalog_path") or first.get("seed")
    return run.data_source if place is None else f"{run.data_source}:{place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A run that another goes back to: the columns of find_origins()."""

    generation: int
    run_id: UUID
    short_id: str
    started_at: datetime | None
    status: str | None
    changes: dict[str, Any] | None
    is_recorded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReproducedRun:
    """A run that reproduces or varies another: the columns of find_reproductions()."""

    run_id: UUID
    short_id: str
    started_at: datetime
    status: str
    changes: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    """One finding on a reproduction: the columns of reproduction_verdict()."""

    section: str
    field: str
    original_value: str | None
    reproduced_value: str | None
    differs: bool
    difference: float | None
    note: str | None


def reproduction_verdict(connection: psycopg.Connection[Any], reference: str) -> list[VerdictRow]:
    """Compare a run with the one it reproduces; the first row is the verdict.

    Raises
    ------
    RunNotFound, AmbiguousReference
        No run fits the reference, or several do, or the original is not recorded.
    UsageError
        It is not a reference, or the run reproduces none.

    """
    query = "SELECT * FROM btsql.reproduction_verdict(%s)"
    with translated_errors(), connection.cursor(row_factory=class_row(VerdictRow)) as cursor:
        return cursor.execute(query, [reference]).fetchall()


def find_origins(connection: psycopg.Connection[Any], reference: str) -> list[Origin]:
    """Return the runs that a run goes back to, the one it reproduces first.

    Raises
    ------
    RunNotFound, AmbiguousReference, UsageError
        As for `get_run`.

    """
    query = "SELECT * FROM btsql.find_origins(%s)"
    with translated_errors(), connection.cursor(row_factory=class_row(Origin)) as cursor:
        return cursor.execute(query, [reference]).fetchall()


def find_reproductions(connection: psycopg.Connection[Any], reference: str) -> list[ReproducedRun]:
    """Return the runs that reproduce or vary a run, the newest 1000 of them, newest first.

    Raises
    ------
    RunNotFound, AmbiguousReference, UsageError
        As for `get_run`.

    """
    query = "SELECT * FROM btsql.find_reproductions(%s, 1000)"
    with translated_errors(), connection.cursor(row_factory=class_row(ReproducedRun)) as cursor:
        return cursor.execute(query, [reference]).fetchall()
