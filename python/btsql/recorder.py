"""Sends records to the database, and says what became of them."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from typing import TYPE_CHECKING, Any

import psycopg

from btsql.database import connect, find_target, translated_errors
from btsql.errors import BtsqlError, OperationFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from btsql.database import Target
    from btsql.record import RunRecord

SHORT_ID_DIGITS = 8


class Recorder:
    """Records runs into one database over one connection, kept for the life of the process.

    Any number of threads may use it; after a fork the child makes a connection of its own.
    """

    def __init__(self, dsn: str | None = None) -> None:
        self._dsn = dsn
        self._lock = threading.Lock()
        self._connection: psycopg.Connection[Any] | None = None
        self._process: int | None = None
        self._inherited: list[psycopg.Connection[Any]] = []

    def target(self) -> Target:
        """Return the database that runs are recorded into."""
        return find_target(self._dsn)

    def check(self) -> None:
        """Raise the reason why a run could not be saved, while there is time to do something about it."""
        with self._lock:
            self._open()

    def save(self, record: RunRecord) -> UUID:
        """Save one run; when this returns, it is committed.

        The run id makes a second attempt harmless, so a connection that broke meanwhile is replaced once.

        Raises
        ------
        DatabaseUnavailable, SchemaMismatch
            The run is not saved.
        RecordRefused, UsageError
            The database does not take this record, however often it is sent.

        """
        document = record.document()
        with self._lock:
            was_open = self._connection is not None
            try:
                with translated_errors():
                    return self._send(document)
            except BtsqlError as exc:
                if not was_open or not isinstance(exc.__cause__, psycopg.OperationalError):
                    raise
                self._close()
                with translated_errors():
                    return self._send(document)

    def close(self) -> None:
        """Close the connection, if there is one; the next run opens another, to where is said by then."""
        with self._lock:
            self._close()

    def _send(self, document: str) -> UUID:
        row = self._open().execute("SELECT btsql.record_run(%s::jsonb)", [document]).fetchone()
        if row is None:
            raise OperationFailed("record_run() returned nothing")
        run_id: UUID = row[0]
        return run_id

    def _open(self) -> psycopg.Connection[Any]:
        if self._connection is not None and self._process != os.getpid():
            # It is the parent's: kept, for to be collected it would have to be closed.
            self._inherited.append(self._connection)
            self._connection = None
        connection = self._connection
        if connection is None or connection.closed:
            connection = self._connection = connect(self.target())
            self._process = os.getpid()
        return connection

    def _close(self) -> None:
        if self._connection is not None and self._process == os.getpid():
            self._connection.close()
        self._connection = None


_recorders: dict[str | None, Recorder] = {}


def recorder(dsn: str | None = None) -> Recorder:
    """Return this process's recorder for a database, the default one without `dsn`."""
    return _recorders.setdefault(dsn, Recorder(dsn))


@atexit.register
def close_recorders() -> None:
    """Close every connection of this process's recorders."""
    for each in list(_recorders.values()):
        each.close()


def announce(message: str, hint: str | None = None) -> None:
    """Tell the user, on standard error; a closed terminal is no reason to fail a backtest."""
    text = f"btsql: {_printable(message)}\n" + (f"       {_printable(hint)}\n" if hint else "")
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except Exception:  # noqa: BLE001, S110 - it may be closed, None, or anything that a user put there
        pass


def _printable(text: str) -> str:
    """Return text whose control characters a terminal shows and does not obey."""
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


def save_and_announce(
    record: RunRecord, recorder: Recorder, tell: Callable[..., None] = announce
) -> UUID | None:
    """Save a run on behalf of a hook: whatever goes wrong is told, never raised.

    Returns
    -------
    UUID | None
        The run's id once it is committed, None when it is not saved.

    """
    try:
        run_id = recorder.save(record)
    except Exception as exc:  # noqa: BLE001 - recording never changes the outcome of a backtest
        tell(f"this run is NOT SAVED: {exc}", getattr(exc, "hint", None))
        return None
    announce_saved(record, run_id, tell)
    return run_id


def announce_saved(record: RunRecord, run_id: UUID, tell: Callable[..., None] = announce) -> None:
    """Tell the user that a run is in the database, under which id, and how to look at it."""
    tell(f"saved run {short_id(run_id)} ({outcome(record)})", f"see it with: btsql show {short_id(run_id)}")


def short_id(run_id: UUID) -> str:
    """Return the digits that people see and type."""
    return run_id.hex[-12:][:SHORT_ID_DIGITS]


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
