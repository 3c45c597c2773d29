"""What every connection is used for besides: deliver records that wait, and account for runs that died.

A run whose process is known to be gone is recorded as interrupted. That its lock is gone is no proof: a
restarted server has lost all locks, and the runs go on.
"""

from __future__ import annotations

import json
import logging
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg.rows import class_row

from btsql.database import (
    SCHEMA_VERSION,
    Target,
    find_target,
    limited,
    require_schema,
    translate,
    translated_errors,
)
from btsql.embedded import EmbeddedServer
from btsql.errors import (
    AmbiguousReference,
    BtsqlError,
    DatabaseUnavailable,
    OperationFailed,
    RecordRefused,
    RunNotFound,
    UsageError,
)
from btsql.messages import announce
from btsql.process import why_gone
from btsql.record import short_id
from btsql.spool import Delivery, Entry, Spool

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID


T = TypeVar("T")

# References to a run, as find_run() has them.
WHOLE = 32  # digits of an id
WHOLE_ID = re.compile(rf"[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}|[0-9a-f]{{{WHOLE}}}")
ABBREVIATION = re.compile(r"[0-9a-f]{4}[0-9a-f-]*")
CANDIDATES = 10  # how many of several runs are listed
LOCKED_RUNS = 2  # after so many that cannot be recorded now no other is tried: each may wait for a lock
PROCESS_GONE = "process_gone"  # the type of the error, as record_interrupted() in SQL has it
SAVE_SECONDS = 60  # how long a whole record may take; a server that takes longer is taken for gone

# It warns on standard error of what a broken pipeline drops, which is told in btsql's own words. Whoever
# configures logging has it all the same.
logging.getLogger("psycopg").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedRun:
    """A run that was started and is not recorded yet: the columns of the SQL function started_runs().

    `kept` is its start in the spool, where the database has not been told of it.
    """

    run_id: UUID
    short_id: str
    state: str
    started_at: datetime
    strategy_type: str
    strategy_name: str
    instruments: list[str] | None
    process: dict[str, Any]
    kept: Entry | None = None

    @classmethod
    def of(cls, entry: Entry) -> StartedRun:
        """Return the run whose start is kept in the spool: no session can hold its lock."""
        record = entry.record
        return cls(
            run_id=entry.run_id,
            short_id=entry.run_id.hex[-12:],
            state="running?",
            started_at=datetime.fromisoformat(record["started_at"]),
            strategy_type=record["strategy_type"],
            strategy_name=record.get("strategy_name") or record["strategy_type"],
            instruments=record.get("instruments"),
            process=entry.process or {},
            kept=entry,
        )


STARTED_RUNS = """
    SELECT run_id, short_id, state, started_at, strategy_type, strategy_name, instruments, process
      FROM btsql.started_runs()"""


def started_runs(connection: psycopg.Connection[Any]) -> list[StartedRun]:
    """Return the runs that were started and are not recorded yet, newest first."""
    with translated_errors(), connection.cursor(row_factory=class_row(StartedRun)) as cursor:
        return cursor.execute(STARTED_RUNS).fetchall()


def find_started(runs: Sequence[StartedRun], reference: str) -> StartedRun:
    """Return the one of these started runs that a reference means, by the rules of find_run() in SQL.

    The start of a run may be in the spool alone, so the database cannot be asked.

    Raises
    ------
    UsageError
        The reference is neither a whole id nor at least 4 first digits of one or of its last group.
    RunNotFound, AmbiguousReference
        None of the runs answers to it, or several do: the message lists up to ten of them, newest first.

    """
    wanted = reference.strip().lower()
    digits = wanted.replace("-", "")
    is_abbreviated = ABBREVIATION.fullmatch(wanted) is not None and len(digits) < WHOLE
    if not is_abbreviated and WHOLE_ID.fullmatch(wanted) is None:
        raise UsageError(
            f'not a reference to a started run: "{reference[:100]}"',
            hint="Give a run id, or at least its first 4 digits or the first 4 of its last group.",
        )
    fitting = {
        run.run_id: run
        for run in runs
        if run.short_id.startswith(wanted) or run.run_id.hex.startswith(digits)
    }
    if not fitting:
        raise RunNotFound(
            f'no run that has started and not ended answers to "{reference}"',
            hint="`btsql history` lists those that have, above the recorded runs.",
        )
    if len(fitting) > 1:
        raise AmbiguousReference(
            f'"{reference}" fits more than one started run:\n{_listed(list(fitting.values()))}',
            hint="Give more digits.",
        )
    return next(iter(fitting.values()))


def _listed(runs: list[StartedRun]) -> str:
    """Return what several runs are told apart by, newest first, as find_run() lists them."""
    newest = sorted(runs, key=lambda run: run.run_id, reverse=True)
    lines = [
        "  ".join(
            (
                str(run.run_id),
                f"{run.started_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
                run.strategy_name,
                run.state,
            )
        )
        for run in newest[:CANDIDATES]
    ]
    return "\n".join(lines + ["..."] * (len(newest) > CANDIDATES))


def ask(
    connection: psycopg.Connection[Any],
    target: Target,
    question: Callable[[psycopg.Connection[Any]], T],
    tell: Callable[..., None] = announce,
) -> tuple[T, list[StartedRun]]:
    """Settle what there is to settle, and put a question: in one round trip, where there is nothing.

    Parameters
    ----------
    connection : psycopg.Connection
        A connection whose schema nobody has checked yet.
    target : Target
        Where it goes.
    question : Callable
        Asks the database, and returns the answer.
    tell : Callable
        Tells the user of what was settled.

    Returns
    -------
    tuple
        The answer, and the runs that go on, or may.

    """
    if psycopg.Pipeline.is_supported() and not _has_work(target):
        try:
            with connection.pipeline():
                version = connection.execute("SELECT btsql.schema_version()")
                started = connection.cursor(row_factory=class_row(StartedRun)).execute(STARTED_RUNS)
                answer = question(connection)
                if version.fetchone() == (SCHEMA_VERSION,) and not started.fetchall():
                    return answer, []
        except psycopg.Error as exc:
            if connection.closed:
                raise translate(exc) from exc
        except BtsqlError:
            if connection.closed:
                raise
        # Anything else is found again below, one by one, and told.
    require_schema(connection)
    going_on = settle(connection, target, tell)
    return question(connection), going_on


def _has_work(target: Target) -> bool:
    try:
        return Spool.default().holds(target.identity)
    except BtsqlError:  # an account without a home has no spool
        return False


def settle(
    connection: psycopg.Connection[Any], target: Target, tell: Callable[..., None] = announce
) -> list[StartedRun]:
    """Deliver what waits for this database, record runs whose process is gone, and say so.

    What goes wrong in here is no reason for a command to fail, but that the connection is lost: it is told.

    Returns
    -------
    list[StartedRun]
        The runs that go on, or may.

    """
    try:
        spool = Spool.default()
        tell_delivery(deliver(connection, target, spool), target, tell)
        with limited(connection, SAVE_SECONDS):
            return conclude(connection, target, spool, tell, may_be_denied=True)
    except (BtsqlError, OSError) as exc:
        if connection.closed:
            raise
        if not isinstance(
            exc.__cause__, psycopg.errors.InsufficientPrivilege
        ):  # who only reads, or only records
            tell(f"what waits or died could not be looked after: {exc}", getattr(exc, "hint", None))
        return []


def deliver(
    connection: psycopg.Connection[Any], target: Target, spool: Spool, *, rejected: bool = False
) -> Delivery:
    """Deliver the records of this user that wait for a database, over a connection to it."""

    return spool.deliver(target.identity, lambda document: send(connection, document), rejected=rejected)


def send(
    connection: psycopg.Connection[Any], document: str, when_committed: Callable[[], object] | None = None
) -> None:
    """Record a document that is complete; `when_committed` is called before anything can come between."""
    with translated_errors(), limited(connection, SAVE_SECONDS):
        connection.execute("SELECT btsql.record_run(%s::jsonb)", [document])
        if when_committed is not None:
            when_committed()


def recover_command(identity: str, dsn: str | None) -> str | None:
    """Return the command that delivers what waits for a database; None where nobody knows which it is.

    It has no password. Where one is needed, whoever types it adds it.
    """
    import shlex  # noqa: PLC0415 - of use only when something waits

    if dsn is None:
        return None
    with suppress(BtsqlError):
        if find_target().identity == identity:
            return "btsql recover"
    command = f"btsql recover --dsn {shlex.quote(dsn)}"
    with suppress(BtsqlError):
        if Target(conninfo=EmbeddedServer.default().conninfo()).identity == identity:
            return f"btsql server start && {command}"  # by its address it is not started
    return command


def tell_delivery(delivery: Delivery, target: Target, tell: Callable[..., None] = announce) -> None:
    """Say what became of the records that waited."""
    if delivery.delivered:
        tell(f"delivered {_named(delivery.delivered)} from the spool to {target.dsn}")
    for path, reason in delivery.rejected:
        tell(
            f"a record that waited is refused, and kept: {reason}",
            f"It is in {path}. `btsql recover` tries again.",
        )
    if delivery.stuck:
        path, reason = delivery.stuck[0]
        tell(
            f"{_count(len(delivery.stuck), 'file')} of what was delivered or set aside cannot be removed: "
            f"{path}: {reason}",
            "Until it can, each command delivers the same again; a run is stored once.",
        )
    if delivery.left:
        tell(f"{_count(delivery.left, 'record')} could not be delivered: {delivery.problem}")


def conclude(
    connection: psycopg.Connection[Any],
    target: Target,
    spool: Spool,
    tell: Callable[..., None] = announce,
    *,
    may_be_denied: bool = False,
) -> list[StartedRun]:
    """Record the runs whose processes are known to be gone as interrupted, and return the others.

    What is wrong with one run is told, and no matter of the others: it is returned with them.

    Parameters
    ----------
    may_be_denied : bool
        Not to raise, nor to tell, that this role may not record a run.

    Raises
    ------
    DatabaseUnavailable
        The connection is lost, the runs cannot be listed, or this role may not record one.

    """
    kept = {entry.run_id: StartedRun.of(entry) for entry in spool.started(target.identity)}
    known = {run.run_id: run for run in started_runs(connection)}
    others, waited = [], 0
    for run in sorted((kept | known).values(), key=lambda run: run.run_id, reverse=True):
        reason = None
        if run.state != "running" and waited < LOCKED_RUNS:
            reason = why_gone(run.process, only_this_machine=target.server is not None)
        # Only now: who is gone has kept by then what was to be kept.
        if reason is None or spool.is_waiting(run.run_id, target.identity):
            others.append(run)
            continue
        try:
            is_done = interrupt(connection, run, reason, spool, tell)
        except BtsqlError as exc:
            is_denied = isinstance(exc.__cause__, psycopg.errors.InsufficientPrivilege)
            if connection.closed or (is_denied and not may_be_denied):
                raise
            others.append(run)
            waited += isinstance(exc, DatabaseUnavailable)
            if not is_denied:
                tell(f"run {run.short_id[:8]} cannot be recorded as interrupted: {exc}", exc.hint)
        else:
            if is_done:
                tell(f"run {run.short_id[:8]} ({run.strategy_name}) is recorded as interrupted: {reason}")
    return others


def interrupt(
    connection: psycopg.Connection[Any],
    run: StartedRun,
    reason: str,
    spool: Spool,
    tell: Callable[..., None] = announce,
) -> bool:
    """Record a started run as interrupted, whether the database or the spool knows of its start.

    One of the spool that is refused is kept aside like any refused record: that of an interrupted run.
    """
    if run.kept is None:
        return record_interrupted(connection, run.run_id, reason)
    try:
        # In one transaction: what is refused is not to stay in the database as a run that goes on.
        with translated_errors(), connection.transaction():
            process = json.dumps(run.process)
            connection.execute("SELECT btsql.start_run(%s::jsonb, %s::jsonb)", [run.kept.document(), process])
            is_done = _record_interrupted(connection, run.run_id, reason)
    except (RecordRefused, UsageError) as exc:
        ended = run.kept.record | {"error": {"type": PROCESS_GONE, "message": reason}}
        try:
            aside = spool.put(replace(run.kept, record=ended, process=None, reason=str(exc)), rejected=True)
        except OSError as why:
            raise OperationFailed(f"{exc}, and it cannot be set aside: {why.strerror}") from why
        tell(
            f"run {run.short_id[:8]} cannot be recorded as interrupted, and is kept: {exc}",
            f"It is in {aside}. `btsql recover` tries it again.",
        )
        return False
    except BtsqlError as exc:
        if _is_in_use(exc):  # its start stays until that is known to be recorded
            return False
        raise
    spool.discard_start(run.run_id, run.kept.identity)
    return is_done


def record_interrupted(connection: psycopg.Connection[Any], run_id: UUID, reason: str) -> bool:
    """Record a started run as interrupted; False when it is recorded already, or its session is there."""
    try:
        with translated_errors():
            return _record_interrupted(connection, run_id, reason)
    except BtsqlError as exc:
        if _is_in_use(exc):
            return False
        raise


def _record_interrupted(connection: psycopg.Connection[Any], run_id: UUID, reason: str) -> bool:
    row = connection.execute("SELECT btsql.record_interrupted(%s, %s)", [run_id, reason]).fetchone()
    return row is not None and bool(row[0])


def _is_in_use(exc: BtsqlError) -> bool:
    """Tell whether a session holds the lock of a run: its own, or one that is about to record it."""
    return isinstance(exc.__cause__, psycopg.errors.ObjectInUse)


def _named(run_ids: list[UUID]) -> str:
    names = ", ".join(map(short_id, run_ids[:5]))
    return f"{_count(len(run_ids), 'run')} ({names}{', ...' if len(run_ids) > 5 else ''})"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
