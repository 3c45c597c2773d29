"""What is known of one run besides what its engine holds at the end."""

from __future__ import annotations

import gc
import os
import time
import weakref
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from btsql.adapters.closes import Closes
from btsql.record import new_run_id
from btsql.recorder import Recorder, recorder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from uuid import UUID

    from btsql.record import Status

NANOSECONDS = 1_000_000_000


@dataclass(slots=True, kw_only=True)
class Reproduction:
    """A run that is being executed again.

    Attributes
    ----------
    origin_run_id : UUID
        The run that is reproduced or varied.
    changes : dict | None
        What is varied, `{name: {"from": value, "to": value}}`; known once the strategies are made again.
    recorder : Recorder
        Where its run is recorded.
    random_state : str | None
        The state of Python's random numbers that the original began with.
    is_dry : bool
        Whether it is only built, to see that it can be, so that nothing of it is recorded.
    contexts : list of RunContext
        The runs that were begun for it.

    """

    origin_run_id: UUID
    recorder: Recorder
    changes: Mapping[str, Any] | None = None
    random_state: str | None = None
    is_dry: bool = False
    contexts: list[RunContext] = field(default_factory=list)

    @property
    def saved_id(self) -> UUID | None:
        """The id of its run once that is committed."""
        return next((context.saved_id for context in self.contexts if context.saved_id is not None), None)

    @property
    def problem(self) -> Exception | None:
        """Why its run is not committed, if it is not."""
        return next((context.problem for context in self.contexts if context.problem is not None), None)

    @property
    def status(self) -> Status | None:
        """What its run was described as once that has ended."""
        return next((context.status for context in self.contexts if context.status is not None), None)


REPRODUCTION: ContextVar[Reproduction | None] = ContextVar("REPRODUCTION", default=None)
"""What the runs that begin now reproduce."""


@contextmanager
def reproducing(reproduction: Reproduction) -> Iterator[None]:
    """Have the runs that begin inside the block belong to a reproduction."""
    token = REPRODUCTION.set(reproduction)
    try:
        yield
    finally:
        REPRODUCTION.reset(token)


def recorder_of(dsn: str | None = None) -> Recorder:
    """Return what records into a database, by default what records the runs that begin now."""
    reproduction = REPRODUCTION.get()
    return recorder(dsn) if dsn is not None or reproduction is None else reproduction.recorder


@dataclass(slots=True, kw_only=True, eq=False, weakref_slot=True)
class RunContext:
    """What is known of one run besides what its engine holds at the end.

    Attributes
    ----------
    clock : float
        When its duration begins, as `time.perf_counter()` shows it.
    data_source : str
        One of the record's sources; `memory` for objects handed to the engine.
    data : list
        What locates the data, for the snapshot.
    venues : list | None
        The settings given for each venue; None when nobody saw them given.
    start, end : datetime | None
        The range of data asked for; None for all there is.
    closes : Closes
        Collects the prices of the data; what the engine still holds at the end is added then.
    duration_seconds : float | None
        Wall time; None to measure from `clock` to when the record is made.
    run_config : dict | None
        The configuration of a node's run.
    described : bool
        Whether the run has been made a record of.
    status : Status | None
        How it ended, as that record says.
    saved_id : UUID | None
        The run's id once it is committed.
    problem : Exception | None
        Why it is not, if so.
    is_failure_told : bool
        Whether whoever drives the engine tells that the run failed, and under which id that is saved.
    is_read : bool
        Whether the closes have all of the data already, so that nothing is added at the end.
    unreadable : str | None
        Why some of the data could not be read, if so: then the closes are not to be relied upon.
    duplicates_told : bool
        Whether the user was told that the run was made before.
    random_state : str | None
        The state of Python's random numbers when the run began, where its fills depend on them.
    reproduction : Reproduction | None
        The reproduction that the run is; that which is under way, if one is.

    """

    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    clock: float = field(default_factory=time.perf_counter)
    run_id: UUID | None = None
    strategy_name: str | None = None
    data_source: str = "memory"
    data: list[Any] = field(default_factory=list)
    venues: list[dict[str, Any]] | None = None
    start: datetime | None = None
    end: datetime | None = None
    closes: Closes = field(default_factory=Closes)
    duration_seconds: float | None = None
    run_config: Mapping[str, Any] | None = None
    described: bool = False
    status: Status | None = None
    saved_id: UUID | None = None
    problem: Exception | None = None
    is_failure_told: bool = False
    is_read: bool = False
    unreadable: str | None = None
    duplicates_told: bool = False
    random_state: str | None = None
    reproduction: Reproduction | None = field(default_factory=REPRODUCTION.get)

    def __post_init__(self) -> None:
        """Make itself known to the reproduction, and to what happens in a fork."""
        _contexts.add(self)
        if self.reproduction is not None:
            self.reproduction.contexts.append(self)

    @property
    def origin(self) -> dict[str, Any]:
        """The keys of the record that say what the run reproduces."""
        known = self.reproduction
        return {} if known is None else {"origin_run_id": known.origin_run_id, "changes": known.changes}

    def identify(self) -> UUID:
        """Return the run's id, made when first asked for."""
        if self.run_id is None:
            self.run_id = new_run_id(self.started_at)
        return self.run_id

    def feed(self, data: Iterable[Any], *, is_all: bool = False) -> None:
        """Add market data to the closes, unless they have all of it or it cannot be read."""
        if self.is_read or self.unreadable is not None:
            return
        try:
            with garbage_kept():
                self.closes.feed(data)
            self.is_read = is_all
        except BaseException as exc:  # it may be of the user's own making, and costs the metrics only
            self.closes = self.closes.emptied()  # a part would pass for the whole
            self.unreadable = f"{type(exc).__name__}: {exc}"
            if not isinstance(exc, Exception):
                raise

    def ask_for(self, start_ns: int | None, end_ns: int | None) -> None:
        """Limit the run to what was asked of the engine, in UNIX nanoseconds, both included."""
        if (start_ns, end_ns) != (None, None):
            self.closes, self.is_read = Closes(start_ns=start_ns, end_ns=end_ns), False
        self.start = self.start or (None if start_ns is None else to_datetime(start_ns))
        self.end = self.end or (None if end_ns is None else to_datetime(end_ns))


_contexts: weakref.WeakSet[RunContext] = weakref.WeakSet()


def _begin_process() -> None:
    """Have the runs that go on in a process that was forked be others than those that go on in its parent."""
    for context in list(_contexts):
        if context.run_id is not None and not context.described:
            context.run_id = new_run_id(context.started_at)


os.register_at_fork(after_in_child=_begin_process)


@contextmanager
def garbage_kept() -> Iterator[None]:
    """Put off the garbage collection, which would look through all the data at each turn."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def to_datetime(nanoseconds: int) -> datetime:
    """Return the instant of UNIX nanoseconds, to the microsecond."""
    seconds, rest = divmod(nanoseconds, NANOSECONDS)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest // 1000)
