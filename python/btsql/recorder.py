"""Sends records to the database, keeps those that it cannot send, and says what became of them."""

from __future__ import annotations

import atexit
import json
import os
import threading
import time
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from btsql.database import connect, find_target, limited, require_schema, translated_errors
from btsql.errors import (
    BtsqlError,
    DatabaseAway,
    OperationFailed,
    RecordRefused,
    RunWaits,
    SchemaMissing,
    UsageError,
)
from btsql.messages import announce, write_line
from btsql.process import this_process
from btsql.record import short_id
from btsql.recovery import record_interrupted, recover_command, send, settle
from btsql.spool import NOWHERE, Entry, Spool

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    import psycopg

    from btsql.database import Target
    from btsql.record import RunRecord

T = TypeVar("T")

START_SECONDS = 10  # how long a start or a question may take; a server that takes longer is taken for gone
PATIENCE = 10  # an attempt to connect that took a second is made again after so many


class Recorder:
    """Records runs into one database over one connection, kept for the life of the process.

    Any number of threads may use it; after a fork the child makes a connection of its own.
    """

    def __init__(self, dsn: str | None = None) -> None:
        self._dsn = dsn
        self._connection: psycopg.Connection[Any] | None = None
        self._inherited: list[psycopg.Connection[Any]] = []
        self._begin_process()
        _all_recorders.add(self)

    def _begin_process(self) -> None:
        """Forget what belongs to the process that this one was forked from."""
        if self._connection is not None:
            # Keep a reference: collecting it would close the parent's connection.
            self._inherited.append(self._connection)
            self._connection = None
        self._lock = threading.Lock()
        self._started: set[UUID] = set()
        self._kept_starts: set[UUID] = set()
        self._saved: set[UUID] = set()
        self._spooled = False
        self._told_of_start = False
        self._unreachable: BtsqlError | None = None
        self._next_attempt = 0.0

    def target(self) -> Target:
        """Return the database that runs are recorded into."""
        return find_target(self._dsn)

    def check(self, *, may_wait: bool = False, may_deploy: bool = True) -> None:
        """Raise the reason why a run could not be saved, while there is time to do something about it.

        Parameters
        ----------
        may_wait : bool
            That its record will have to wait, for the database is away, is told then, and no reason.
        may_deploy : bool
            A private database without the schema gets it, and is no reason.

        """
        try:
            with self._lock:
                self._open(may_deploy=may_deploy)
        except DatabaseAway as exc:
            if not may_wait:
                raise
            self._told_of_start = True
            lines = [
                exc.hint,
                f"The backtest runs all the same. Its record will wait in {Spool.default().directory}.",
            ]
            announce(f"the database is away: {exc}", "\n".join(line for line in lines if line))

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection, as there is once the start of a run was recorded."""
        return self._connection is not None and not self._connection.closed

    def ask(self, question: Callable[[psycopg.Connection[Any]], T]) -> T:
        """Return the answer to a question that is put to the database over the recorder's connection.

        Raises
        ------
        DatabaseUnavailable
            Among others: a database that does not answer is given up, for a run waits for this.

        """
        with self._lock:
            connection = self._open(impatient=True)
            with limited(connection, START_SECONDS):
                return question(connection)

    def start(self, record: RunRecord) -> None:
        """Record that a run starts, in the spool if need be; what goes wrong is told once, and it goes on."""
        try:
            with self._lock, translated_errors():
                connection = self._open(impatient=True)
                arguments = [record.document(), json.dumps(this_process()), connection.info.backend_pid]
                with limited(connection, START_SECONDS):
                    connection.execute("SELECT btsql.start_run(%s::jsonb, %s::jsonb, %s)", arguments)
                self._started.add(record.run_id)
            self._told_of_start = False
        except Exception as exc:  # noqa: BLE001 - recording never changes the outcome of a backtest
            is_kept = self._keep_start(record, exc)
            if not self._told_of_start:
                self._told_of_start = True
                announce(
                    f"the start of this run is not {'in the database' if is_kept else 'recorded'}: {exc}",
                    "It goes on all the same, and its end is recorded as ever.",
                )

    def _keep_start(self, record: RunRecord, exc: Exception) -> bool:
        """Keep a start that is not in the database, for later commands to see; tell whether it is kept."""
        if isinstance(exc, (RecordRefused, UsageError)):
            return False
        try:
            target = self.target()
            entry = Entry.of(
                record.document(),
                identity=target.identity,
                dsn=target.dsn,
                reason=str(exc),
                process=this_process(),
            )
            Spool.default().put(entry)
        except Exception:  # noqa: BLE001 - where nothing can be kept, the end of the run will say so
            return False
        self._kept_starts.add(record.run_id)
        return True

    def save(self, record: RunRecord, *, impatient: bool = False) -> UUID:
        """Save one run; when this returns, it is committed.

        A connection that broke is replaced once: the run id makes a second attempt harmless. What cannot be
        sent is kept in the spool, what is refused for good beside it. What is done besides, once the run is
        committed, does not concern it: what fails then is told, and who interrupts is told that it is saved.

        Parameters
        ----------
        record : RunRecord
            The run.
        impatient : bool
            Not to try a database again that has just let us wait in vain.

        Raises
        ------
        RunWaits
            The run is not in the database yet: its record waits in the spool.
        RecordRefused, UsageError
            The database does not take this record, however often it is sent; it is kept aside.
        OperationFailed
            The record can be kept nowhere, and is written to standard error.

        """
        self._saved.discard(record.run_id)
        try:
            self._commit(record, impatient=impatient)
            self._look_after_others(record.run_id)
        except BaseException:
            if self.has_saved(record.run_id):
                announce_saved(record, record.run_id)
            raise
        finally:
            self._started.discard(record.run_id)
            self._kept_starts.discard(record.run_id)
        return record.run_id

    def has_saved(self, run_id: UUID) -> bool:
        """Tell whether a run was committed when it was saved last, interrupted afterwards or not."""
        return run_id in self._saved

    def _commit(self, record: RunRecord, *, impatient: bool) -> None:
        document = ""
        try:
            document = record.document()
            with self._lock:
                self._send_surely(record.run_id, document, impatient=impatient)
        except BaseException as exc:
            if not self.has_saved(record.run_id):  # else an interrupt came right after the commit
                self._keep(document or record.document(), exc)  # it may be the document that was interrupted
            raise

    def _look_after_others(self, run_id: UUID) -> None:
        """Drop the start of a run that is saved, and deliver what waits; what goes wrong is told."""
        try:
            if run_id in self._kept_starts:
                Spool.default().discard_start(run_id, self.target().identity)
            with self._lock:
                if self._spooled and self._connection is not None:
                    settle(self._connection, self.target())
                    self._spooled = False
        except Exception as exc:  # noqa: BLE001 - the run is saved, and that is what the caller asks for
            announce(f"what waits or died could not be looked after: {exc}", getattr(exc, "hint", None))

    def close(self) -> None:
        """Close the connection, if there is one; the next run opens another, to where is said by then."""
        with self._lock:
            self._close()
            self._unreachable, self._told_of_start = None, False

    def give_up_started(self) -> None:
        """Record the runs that this process started and never ended: it ends now."""
        connection = self._connection
        if not self._started or connection is None or connection.closed:
            return
        with self._lock:
            started = list(self._started)  # other threads may still start and end runs
        for run_id in started:
            with limited(connection, START_SECONDS):
                record_interrupted(connection, run_id, "its process ended before the run did")
        self._started.difference_update(started)

    def _send_surely(self, run_id: UUID, document: str, *, impatient: bool) -> None:
        connection = self._open(impatient=impatient)
        try:
            self._send(connection, run_id, document)
        except BtsqlError:
            if not connection.closed:
                raise
            # Whether it was committed is not known; sent again it is there once.
            self._close()
            connection = self._open()
            self._send(connection, run_id, document)

    def _send(self, connection: psycopg.Connection[Any], run_id: UUID, document: str) -> None:
        send(connection, document, lambda: self._saved.add(run_id))

    def _keep(self, document: str, exc: BaseException) -> None:
        """Keep a record that is not in the database, and raise what says so, or have the exception go on."""
        try:
            target = self.target()
            identity, dsn = target.identity, target.dsn
            is_refused = isinstance(exc, (RecordRefused, UsageError))
        except BtsqlError:
            identity, dsn, is_refused = NOWHERE, None, False
        reason = str(exc) or type(exc).__name__
        entry = Entry.of(document, identity=identity, dsn=dsn, reason=reason)
        try:
            path = Spool.default().put(entry, rejected=is_refused)
        except (OSError, BtsqlError) as problem:
            write_line(entry.line())
            failed = OperationFailed(
                f"{reason}; nor can it be kept in the spool: {problem}",
                hint="The line above is the whole record: put it into a file, then `btsql recover FILE`.",
            )
            _raise_or_tell(failed, exc)
            return
        self._spooled = self._spooled or not is_refused
        advice = [exc.hint] if isinstance(exc, BtsqlError) and exc.hint else []
        if is_refused and isinstance(exc, BtsqlError):
            advice.append(f"Its record is kept in {path}; `btsql recover` tries it again.")
            exc.hint = "\n".join(advice)
            return
        advice.append(f"Its record waits in {path}.")
        if dsn is None:
            advice.append(f"Correct the DSN, then type `btsql recover {path}`.")
        else:
            command = recover_command(identity, dsn)
            password = "" if command == "btsql recover" else ", with the password if there is one"
            advice.append(
                f"Any btsql command that reaches {dsn} delivers it; so does\n`{command}`{password}."
            )
        _raise_or_tell(RunWaits(reason, hint="\n".join(advice)), exc)

    def _open(self, *, impatient: bool = False, may_deploy: bool = True) -> psycopg.Connection[Any]:
        connection = self._connection
        if connection is not None and not connection.closed:
            return connection
        if impatient and self._unreachable is not None and time.monotonic() < self._next_attempt:
            known = self._unreachable
            raise type(known)(str(known), hint=known.hint) from known
        began = time.monotonic()
        target = self.target()
        try:
            try:
                connection = _connect(target)
            except SchemaMissing:
                if target.server is None or not may_deploy:
                    raise
                _deploy(target)
                connection = _connect(target)
        except BtsqlError as exc:
            self._unreachable = exc
            self._next_attempt = began + (time.monotonic() - began) * PATIENCE
            raise
        self._unreachable, self._spooled = None, False
        settle(connection, target)
        self._connection = connection
        return connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _connect(target: Target) -> psycopg.Connection[Any]:
    """Connect, and give up what lets one in and then answers nothing, as a pooler without its server does."""
    connection = connect(target, check_schema=False)
    try:
        with limited(connection, START_SECONDS):
            require_schema(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _deploy(target: Target) -> None:
    """Deploy the schema to the private server: the user did not choose it, so nobody was told to."""
    from btsql import deployment  # noqa: PLC0415 - once in the life of a database

    announce(deployment.OF_NEW_DATABASE)
    deployment.deploy(target)


def _raise_or_tell(failed: BtsqlError, exc: BaseException) -> None:
    """Raise what became of a record, in place of the reason; tell it if the reason is an interrupt."""
    if isinstance(exc, Exception):
        raise failed from exc
    announce(f"this run is {_unsaved(failed)}: {failed}", failed.hint)


_recorders: dict[str | None, Recorder] = {}
_all_recorders: weakref.WeakSet[Recorder] = weakref.WeakSet()


def recorder(dsn: str | None = None) -> Recorder:
    """Return this process's recorder for a database, the default one without `dsn`."""
    found = _recorders.get(dsn)
    return found if found is not None else _recorders.setdefault(dsn, Recorder(dsn))


def close_recorders() -> None:
    """Close every connection of this process's recorders."""
    for each in list(_recorders.values()):
        each.close()


@atexit.register
def _end_process() -> None:
    for each in list(_recorders.values()):
        with suppress(Exception):
            each.give_up_started()
    close_recorders()


def _begin_process() -> None:
    for each in list(_all_recorders):
        each._begin_process()  # noqa: SLF001


os.register_at_fork(after_in_child=_begin_process)


def try_to_save(record: RunRecord, recorder: Recorder, *, quiet: bool = False) -> Exception | None:
    """Save a run on behalf of a hook, and tell of it; of a run that is saved not if `quiet`.

    Returns
    -------
    Exception | None
        Why the run is not in the database; never raised: recording does not change a backtest's outcome.

    """
    try:
        run_id = recorder.save(record, impatient=True)
    except Exception as exc:  # noqa: BLE001
        announce(f"this run is {_unsaved(exc)}: {exc}", getattr(exc, "hint", None))
        return exc
    if not quiet:
        announce_saved(record, run_id)
    return None


def _unsaved(exc: Exception) -> str:
    return "NOT IN THE DATABASE YET" if isinstance(exc, RunWaits) else "NOT SAVED"


def announce_saved(record: RunRecord, run_id: UUID) -> None:
    """Tell the user that a run is in the database, under which id, and how to look at it."""
    lines = [f"see it with: btsql show {short_id(run_id)}"]
    missing = record.snapshot.get("not_captured")
    if missing:
        more = f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""
        lines.insert(0, f"a re-run needs besides: {missing[0]}{more}")
    announce(f"saved run {short_id(run_id)} ({outcome(record)})", "\n".join(lines))


def outcome(record: RunRecord) -> str:
    """Return how a run ended, in a few words."""
    if record.status != "success":
        error = record.error or {}
        reason = ": ".join(part for part in (error.get("type"), _first_line(error.get("message"))) if part)
        return f"{record.status}: {reason}" if reason else record.status
    metrics = record.metrics or {}
    parts = ["success", record.strategy_name or record.strategy_type, " ".join(record.instruments or ())]
    total_return, sharpe_ratio = metrics.get("total_return"), metrics.get("sharpe_ratio")
    if total_return is not None:
        parts.append(f"return {total_return:+.2%}")
    if sharpe_ratio is not None:
        parts.append(f"Sharpe {sharpe_ratio:.2f}")
    return ", ".join(parts)


def _first_line(text: str | None) -> str:
    lines = (text or "").splitlines()
    return lines[0][:120] if lines else ""
