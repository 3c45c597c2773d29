"""Runs commands on a pseudo-terminal, as people do."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
A_MOMENT = 0.5  # seconds, which people take at least to answer
HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
COLOURS = re.compile(r"\x1b\[[0-9;]*\b(?:3[0-7]|38;5;\d+|9[0-7])[;m]")

# A session's first process takes the terminal as its own, so that Ctrl-C reaches it.
TAKE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""


@dataclass(frozen=True, slots=True)
class Session:
    """What a command wrote to its terminal, and how it ended."""

    written: str
    exit_code: int
    echoes: bool
    """Whether what is typed afterwards can be seen."""

    @property
    def text(self) -> str:
        """What was written, without colours and movements."""
        return ESCAPES.sub("", self.written).replace("\r\n", "\n")

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def has_colours(self) -> bool:
        return COLOURS.search(self.written) is not None

    @property
    def is_sane(self) -> bool:
        """Tell whether the terminal is as it was: the cursor is there, and so is what is typed."""
        return self.echoes and self.written.rfind(SHOW_CURSOR) >= self.written.rfind(HIDE_CURSOR)


def on_terminal(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    columns: int = 80,
    typed: Mapping[str, str] | None = None,
    ctrl_c_after: str | None = None,
    timeout: float = 60,
) -> Session:
    """Run a command on a terminal; type each text of `typed` once the command has written what is before it.

    Ctrl-C is typed once it has written `ctrl_c_after`.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    known = {name: value for name, value in environment.items() if name not in {"COLUMNS", "LINES"}}
    process = subprocess.Popen(
        [sys.executable, "-c", TAKE_TERMINAL, *command],
        env={"TERM": "xterm-256color"} | known,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    written = b""
    waiting = dict(typed or {}) | ({ctrl_c_after: "\x03"} if ctrl_c_after else {})
    deadline = time.monotonic() + timeout
    try:
        while (piece := _read(ours, deadline)) is not None:
            written += piece
            for awaited in [text for text in waiting if text.encode() in written]:
                # Python loses a Ctrl-C that comes between its last look for signals and its wait for a key.
                time.sleep(A_MOMENT)
                os.write(ours, waiting.pop(awaited).encode())
        exit_code = process.wait(timeout)
        return Session(written.decode(), exit_code, bool(termios.tcgetattr(ours)[3] & termios.ECHO))
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _read(terminal: int, deadline: float) -> bytes | None:
    """Return what comes next, None at the end."""
    if not select.select([terminal], [], [], max(deadline - time.monotonic(), 0))[0]:
        raise TimeoutError("the command goes on writing, or does not end")
    try:
        return os.read(terminal, 65536) or None
    except OSError:  # what Linux says when the other side is closed
        return None
