"""Records that wait for their database: one file each, written whole or not at all, in the user's directory.

A file is named by run id and target, so that a listing says what waits, in which order, for which database.
It names its target without a password, and is delivered only there. `record_run()` takes a record any number
of times, so a delivery that was cut short is simply done again.

A run whose start cannot be sent is noted down here too, until its record is sent or kept in its place.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
import threading
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO
from uuid import UUID

from btsql.embedded import EmbeddedServer
from btsql.errors import BtsqlError, DatabaseUnavailable, RecordRefused, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

FORMAT = 1
NAMED_FILES = 5  # of those that are no records
NOWHERE = "unknown"
STARTED = ".started"  # what the file of a run that has not ended is called besides


class Unreadable(Exception):
    """A file in the spool, or a line, is not a record that waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record that waits.

    Attributes
    ----------
    identity : str
        The database it is for (`Target.identity`), `unknown` when the DSN could not be read.
    dsn : str | None
        The same for people, without a password.
    reason : str
        Why it is not in the database yet.
    spooled_at : str
        When it was put here, ISO 8601.
    record : dict
        The record document.
    process : dict | None
        Who runs it, of a run that has started and not ended; None of one that has ended.

    """

    identity: str
    dsn: str | None
    reason: str
    spooled_at: str
    record: dict[str, Any]
    process: dict[str, Any] | None = None

    @classmethod
    def of(
        cls,
        document: str,
        *,
        identity: str,
        dsn: str | None,
        reason: str,
        process: dict[str, Any] | None = None,
    ) -> Entry:
        """Return the entry of a record document that could not be sent."""
        return cls(
            identity=identity,
            dsn=dsn,
            reason=reason,
            spooled_at=datetime.now(UTC).isoformat(timespec="seconds"),
            record=json.loads(document),
            process=process,
        )

    @classmethod
    def read(cls, line: str) -> Entry:
        """Return the entry that a line holds.

        Raises
        ------
        Unreadable
            It holds none, or one that was cut short.

        """
        try:
            found = json.loads(line)
            if found["btsql_spool"] != FORMAT:
                raise Unreadable(f"it has format {found['btsql_spool']}, and this btsql knows {FORMAT}")
            UUID(found["record"]["run_id"])
            values = {name: found[name] for name in cls.__slots__ if name != "process"}
            process = found.get("process")
            _require_texts(values["identity"], values["dsn"] or "", values["reason"], values["spooled_at"])
            _suffix(values["identity"])  # of half a character there is none
            if process is not None:
                _require_start(process, values["record"])
            return cls(**values, process=process)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as exc:
            raise Unreadable(f"it is not a record that waits: {type(exc).__name__}: {exc}") from exc

    @property
    def run_id(self) -> UUID:
        """The run's id."""
        return UUID(self.record["run_id"])

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.run_id}{self._ending}"

    @property
    def _ending(self) -> str:
        return _suffix(self.identity) + ("" if self.process is None else STARTED)

    def require_name(self, path: Path) -> None:
        """Raise Unreadable unless the file it was read from is named for its database, and for what it is."""
        if not path.name.endswith(self._ending):
            raise Unreadable(f"by what is in it, its name would end in {self._ending}")

    def line(self) -> str:
        """Return it as one line of ASCII, which `read()` takes back."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(
            {"btsql_spool": FORMAT} | {n: v for n, v in values.items() if n != "process" or v is not None}
        )

    def document(self) -> str:
        """Return the record document."""
        return json.dumps(self.record, ensure_ascii=False, separators=(",", ":"))


@dataclass(slots=True)
class Delivery:
    """What became of the records that waited: delivered, refused for good, or left with the reason.

    `stuck` are the files of what is delivered or set aside that cannot be removed, each with the reason.
    """

    delivered: list[UUID] = field(default_factory=list)
    rejected: list[tuple[Path, str]] = field(default_factory=list)
    stuck: list[tuple[Path, str]] = field(default_factory=list)
    left: int = 0
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherDatabase:
    """A database that records wait for, other than the one that was asked about: how many they are.

    `identity` and `dsn` are those of the entries.
    """

    identity: str
    dsn: str | None
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolSummary:
    """What is in the spool: how many records wait for one database and for others, and what is set aside.

    `started` are the runs that have not ended, whose start the database has not been told of.
    """

    directory: Path
    started: int
    waiting: int
    oldest: str | None
    for_others: int
    others: list[OtherDatabase]
    rejected: int
    foreign: int
    foreign_files: list[str]  # the first of them


class Spool:
    """The records of one user that wait for their databases."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.rejected_directory = directory / "rejected"

    @classmethod
    def default(cls) -> Spool:
        """Return the user's own spool, in their data directory.

        Raises
        ------
        DatabaseUnavailable
            This account has no home directory, and BTSQL_HOME names none.

        """
        return cls(EmbeddedServer.default().home / "spool")

    def put(self, entry: Entry, *, rejected: bool = False) -> Path:
        """Keep a record, in the place of the run's start; when this returns, it is on disk.

        Raises
        ------
        OSError
            It cannot be kept.

        """
        self.directory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.directory.mkdir(mode=0o700, exist_ok=True)
        directory = self.rejected_directory if rejected else self.directory
        directory.mkdir(mode=0o700, exist_ok=True)
        path = directory / entry.name
        unfinished = directory / f".{entry.name}.{os.getpid()}.{threading.get_ident()}"
        try:
            descriptor = os.open(
                unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600
            )
            with open(descriptor, "w", encoding="ascii") as file:  # noqa: PTH123 - of a descriptor
                file.write(entry.line() + "\n")
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        for changed in (directory, self.directory, self.directory.parent):
            _sync(changed)
        if entry.process is None:
            self.discard_start(entry.run_id, entry.identity)
        return path

    def discard_start(self, run_id: UUID, identity: str) -> None:
        """Drop the start of a run that is accounted for by now."""
        for directory in (self.directory, self.rejected_directory):
            with suppress(OSError):
                (directory / f"{run_id}{_suffix(identity)}{STARTED}").unlink()

    def holds(self, identity: str) -> bool:
        """Tell whether anything is kept for a database."""
        endings = (_suffix(identity), _suffix(identity) + STARTED)
        return any(name.endswith(endings) for name in _names(self.directory))

    def is_waiting(self, run_id: UUID, identity: str) -> bool:
        """Tell whether the record of a run's end waits."""
        return (self.directory / f"{run_id}{_suffix(identity)}").exists()

    def started(self, identity: str) -> list[Entry]:
        """Return the starts that a database has not been told of, the oldest run first."""
        found = []
        for name in sorted(_names(self.directory)):
            if not name.endswith(_suffix(identity) + STARTED):
                continue
            path = self.directory / name
            try:
                entry = _entry_in(path)
            except Unreadable:
                with suppress(OSError):
                    self._set_aside(path)
                continue
            except OSError:  # it has ended meanwhile
                continue
            if entry.identity == identity:  # two identities may have one suffix
                found.append(entry)
        return found

    def waiting(self, identity: str, *, rejected: bool = False) -> list[Path]:
        """Return the files of the records that wait for a database, the oldest run first; one listing.

        Among those that were refused are starts of runs that could not be read.
        """
        directory = self.rejected_directory if rejected else self.directory
        endings = (_suffix(identity), _suffix(identity) + STARTED) if rejected else _suffix(identity)
        return [directory / name for name in sorted(_names(directory)) if name.endswith(endings)]

    def deliver(self, identity: str, send: Callable[[str], object], *, rejected: bool = False) -> Delivery:
        """Send what waits for a database, in order; any number of processes may do this at once.

        Parameters
        ----------
        identity : str
            The database that `send` sends to.
        send : Callable
            Takes a record document, and returns once it is committed; raises what `record_run()` raises.
        rejected : bool
            Whether to send what was refused before instead.

        """
        delivery = Delivery()
        paths = self.waiting(identity, rejected=rejected)
        for number, path in enumerate(paths, start=1):
            try:
                with _claimed(path) as file:
                    if file is not None and not self._deliver_one(path, file, identity, send, delivery):
                        delivery.left += sum(other.exists() for other in paths[number:])
                        break
            except Unreadable as exc:
                self._reject(path, str(exc), delivery)
            except OSError as exc:
                delivery.left += 1
                delivery.problem = f"{path}: {exc.strerror}"
        return delivery

    def _deliver_one(
        self, path: Path, file: TextIO, identity: str, send: Callable[[str], object], delivery: Delivery
    ) -> bool:
        """Deliver one record whose file is ours; tell whether it makes sense to go on."""
        try:
            entry = Entry.read(file.read())
            entry.require_name(path)
            if entry.identity != identity:  # two identities may have one suffix
                return True
            if path.name.endswith(STARTED):  # somebody repaired it: it is looked after with the other starts
                path.rename(self.directory / path.name)
                return True
            send(entry.document())
        except Unreadable as exc:
            self._reject(path, str(exc), delivery)
        except (RecordRefused, UsageError) as exc:
            entry = replace(entry, reason=str(exc))
            try:
                aside = self.put(entry, rejected=True)
            except OSError as why:
                delivery.left += 1
                delivery.problem = f"{path}: {exc}, and it cannot be set aside: {why.strerror}"
                return True
            delivery.rejected.append((aside, str(exc)))
            if aside != path:
                _drop(path, file, delivery)
        except BtsqlError as exc:
            delivery.left += 1
            delivery.problem = str(exc)
            return not isinstance(exc, DatabaseUnavailable)
        else:
            delivery.delivered.append(entry.run_id)
            _drop(path, file, delivery)
            self.discard_start(entry.run_id, identity)
        return True

    def _reject(self, path: Path, reason: str, delivery: Delivery) -> None:
        """Set aside what is no record, where that is possible."""
        try:
            delivery.rejected.append((self._set_aside(path), reason))
        except FileNotFoundError:  # somebody else has
            pass
        except OSError as exc:
            delivery.left += 1
            delivery.problem = f"{path}: {reason}, and it cannot be set aside: {exc.strerror}"

    def _set_aside(self, path: Path) -> Path:
        self.rejected_directory.mkdir(mode=0o700, exist_ok=True)
        return path.rename(self.rejected_directory / path.name)

    def summary(self, identity: str) -> SpoolSummary:
        """Count what is in the spool, for status reports."""
        names = [name for name in _names(self.directory) if name != self.rejected_directory.name]
        records = [name for name in names if _run_id_of(name.removesuffix(STARTED)) is not None]
        mine = self.waiting(identity)
        started = [name for name in records if name.endswith(_suffix(identity) + STARTED)]
        # Of a run for elsewhere that has only started there is nothing to deliver.
        others = {name for name in records if not name.endswith(STARTED)} - {path.name for path in mine}
        oldest = _oldest(mine)
        return SpoolSummary(
            directory=self.directory,
            started=len(started),
            waiting=len(mine),
            oldest=None
            if oldest is None
            else datetime.fromtimestamp(oldest, UTC).isoformat(timespec="seconds"),
            for_others=len(others),
            others=self._databases(sorted(others)),
            rejected=len(_names(self.rejected_directory)),
            foreign=len(names) - len(records),
            foreign_files=sorted(set(names) - set(records))[:NAMED_FILES],
        )

    def _databases(self, names: Sequence[str]) -> list[OtherDatabase]:
        """Return the databases that these files are for; one file of each is read."""
        groups: dict[str, list[str]] = {}
        for name in names:
            groups.setdefault(name.partition(".")[2], []).append(name)
        found = []
        for group in groups.values():
            for name in group:
                try:
                    entry = _entry_in(self.directory / name)
                except (OSError, Unreadable):  # delivered meanwhile, or damaged
                    continue
                found.append(OtherDatabase(identity=entry.identity, dsn=entry.dsn, records=len(group)))
                break
        return found


def entries_of(lines: Sequence[str]) -> list[Entry]:
    """Return the records among lines of text, such as what a program wrote to standard error.

    Raises
    ------
    Unreadable
        A line begins as a record does, and is none.

    """
    return [Entry.read(line) for line in lines if line.startswith('{"btsql_spool"')]


def _require_texts(*values: object) -> None:
    for value in values:
        if not isinstance(value, str):
            raise TypeError(f"{str(value)[:100]} is no text")


def _require_start(process: object, record: dict[str, Any]) -> None:
    """Raise ValueError or its like unless a start has what is shown of it."""
    if not isinstance(process, dict):
        raise TypeError("the process is no object")
    _require_texts(record["strategy_type"], record.get("strategy_name") or "")
    _require_texts(*(record.get("instruments") or ()))
    started_at = datetime.fromisoformat(record["started_at"])
    if started_at.utcoffset() is None or not 1970 <= started_at.year <= 9998:
        raise ValueError("it started at no time")


def _oldest(paths: Sequence[Path]) -> float | None:
    """Return when the first of these files that is still there was written: others deliver meanwhile."""
    for path in paths:
        with suppress(FileNotFoundError):
            return path.stat().st_mtime
    return None


def _suffix(identity: str) -> str:
    return f".{zlib.crc32(identity.encode(errors='surrogateescape')):08x}.json"


def _run_id_of(name: str) -> UUID | None:
    if not name.endswith(".json") or name.count(".") != 2:
        return None
    try:
        return UUID(name.partition(".")[0])
    except ValueError:
        return None


def _names(directory: Path) -> list[str]:
    try:
        return os.listdir(directory)  # noqa: PTH208 - names are all that is needed
    except OSError:
        return []


def _opened(path: Path) -> TextIO:
    """Open a file of the spool for reading.

    Raises
    ------
    Unreadable
        It is no regular file; of some, as a named pipe, nobody may ever write what is read.

    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        if path.is_symlink():
            raise Unreadable("it is a link to a file that is not there") from None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unreadable("it is no regular file")
    return open(descriptor, encoding="utf-8", errors="surrogateescape")  # noqa: PTH123 - of a descriptor


def _entry_in(path: Path) -> Entry:
    """Return the entry that a file of the spool holds.

    Raises
    ------
    Unreadable
        It holds none, or not what its name says.

    """
    with _opened(path) as file:
        entry = Entry.read(file.read())
    entry.require_name(path)
    return entry


@contextmanager
def _claimed(path: Path) -> Iterator[TextIO | None]:
    """Give a file that nobody else may deliver meanwhile; None when somebody does or has."""
    try:
        file = _opened(path)
    except FileNotFoundError:
        yield None
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_there = _is_still(path, file)
        except BlockingIOError:
            is_there = False
        yield file if is_there else None


def _is_still(path: Path, file: TextIO) -> bool:
    """Tell whether a path still names the file that was opened by it."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _drop(path: Path, file: TextIO, delivery: Delivery) -> None:
    """Remove a file that is dealt with; a newer record of the run may have taken its place, and waits."""
    try:
        if _is_still(path, file):
            path.unlink(missing_ok=True)
    except OSError as exc:
        delivery.stuck.append((path, str(exc.strerror)))


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
