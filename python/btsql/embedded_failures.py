"""What goes wrong with the embedded server: why, and what to do about it."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from btsql.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

TAIL_LINES = 12
FULL_DISK_BYTES = 16 * 2**20  # one segment of the write-ahead log
BUSY = {
    "starting": ("is still starting, perhaps repairing its data after a crash", "Try again in a while."),
    "stopping": ("is still stopping", "Try again in a while."),
    "ready": (
        "does not answer at {socket_directory}, and its processes are still there",
        "Try again in a while, or end it with `btsql server stop`.",
    ),
    "": ("is being made by another process", "Try again in a while."),
}


def failure(what: str, output: str, *, home: Path, log_file: Path | None = None) -> DatabaseUnavailable:
    """Explain a failed program by what it wrote: its last lines in the message, the remedy in the hint."""
    tail = "".join(f"\n  {line}" for line in output.splitlines()[-TAIL_LINES:])
    if "No space left" in output or "quota exceeded" in output or _disk_is_full(home):
        return DatabaseUnavailable(
            f"{what}: the disk of {home} is full{tail}", hint="Make room on that disk, then try again."
        )
    hint = f"The server's log is {log_file}." if log_file else "The lines above say what is missing."
    if "shared memory block" in output:
        hint = "Another server was started on the same data: stop that one first."
    elif "shared libraries" in output:
        hint = "Install the library it names, then try again."
    return DatabaseUnavailable(f"{what} ({home}){tail}", hint=hint)


def refusal(error: OSError, home: Path) -> DatabaseUnavailable:
    """Explain what the operating system refused, with the file it is about."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        hint = "Make room on that disk, then try again."
    elif error.errno in (errno.ENOLCK, errno.EOPNOTSUPP):
        hint = "That file system has no locks: set BTSQL_HOME to a directory on a local disk."
    else:
        hint = "Set BTSQL_HOME to a directory that you can write to."
    reason = error.strerror or str(error)
    return DatabaseUnavailable(
        f"{home} cannot hold the database: {reason}: {error.filename or home}", hint=hint
    )


def start_failure(home: Path, log_files: Iterable[Path]) -> DatabaseUnavailable:
    """Explain a start that ended by itself, by what is in its logs, of which the last is the server's own."""
    files = list(dict.fromkeys(log_files))
    lines = [
        line for file in files if file.exists() for line in file.read_text(errors="replace").splitlines()
    ]
    return failure("PostgreSQL did not start", "\n".join(lines), home=home, log_file=files[-1])


def still_busy(
    home: Path, state: str, *, seconds: float, socket_directory: Path, log_file: Path
) -> DatabaseUnavailable:
    """Explain a server that is in one state for too long: `state` is what its pid file says."""
    message, hint = BUSY.get(state, BUSY[""])
    return DatabaseUnavailable(
        f"the server in {home} {message.format(socket_directory=socket_directory)}, after {seconds} seconds",
        hint=f"{hint} Its log is {log_file}.",
    )


def _disk_is_full(place: Path) -> bool:
    try:
        disk = os.statvfs(place)
    except OSError:
        return False
    return disk.f_bavail * disk.f_frsize < FULL_DISK_BYTES
