"""Who runs a backtest, and whether that process is known to be gone.

A process id names a process among those of one PID namespace and one boot of a machine; ids are given out
again, so the time of its start belongs to it. Host names prove nothing: containers share them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def this_process() -> dict[str, Any]:
    """Return what identifies this process, as far as the system tells; see the table run_in_progress."""
    process = {
        "host": os.uname().nodename,
        "boot_id": boot_id(),
        "pid_namespace": _pid_namespace(),
        "process_id": os.getpid(),
        "process_start": _start_of(os.getpid()),
    }
    return {name: value for name, value in process.items() if value is not None}


def why_gone(process: Mapping[str, Any], *, only_this_machine: bool) -> str | None:
    """Return how it is known that a process is gone, None when it is not known.

    Parameters
    ----------
    process : Mapping
        What `this_process()` returned there.
    only_this_machine : bool
        Whether nothing but this machine can have recorded it, as into the embedded server: then another boot
        is an earlier one.

    """
    boot, process_id = process.get("boot_id"), process.get("process_id")
    if boot is None or boot_id() is None:
        return None
    if not isinstance(process_id, int) or not 0 < process_id < 2**31:  # anybody may have written it
        return None
    if boot != boot_id():
        return "the machine was restarted while it ran" if only_this_machine else None
    if process.get("pid_namespace") is None or process["pid_namespace"] != _pid_namespace():
        return None
    gone = f"process {process_id} on {process.get('host')} ended while it ran"
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return gone
    except PermissionError:  # it lives, or another user's does by now
        pass
    start = _start_of(process_id)
    # A process that cannot be looked at, now or then, is not known to be gone.
    known = process.get("process_start")
    return gone if start == -1 or (None not in {start, known} and start != known) else None


def boot_id() -> str | None:
    """Return what names this boot of this machine; None where the system has no such name."""
    return _read("/proc/sys/kernel/random/boot_id")


def _pid_namespace() -> str | None:
    try:
        return os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - pathlib need not be imported
    except OSError:
        return None


def _start_of(process_id: int) -> int | None:
    """Return when a process started, in clock ticks since boot; -1 once it has ended, None if unknown."""
    text = _read(f"/proc/{process_id}/stat")
    if text is None:
        return None
    fields = text.rpartition(")")[2].split()  # the name before it may hold anything
    try:
        return -1 if fields[0] in {"Z", "X", "x"} else int(fields[19])
    except (IndexError, ValueError):
        return None


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - pathlib need not be imported
            return file.read().strip()
    except OSError:
        return None
