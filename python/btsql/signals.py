"""A run that is ended by a signal is recorded, and the signal then does what it does."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from btsql.errors import Terminated

if TYPE_CHECKING:
    from collections.abc import Iterator

ENDING = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def recorded_endings() -> Iterator[None]:
    """Have a request to end the process, or a closed terminal, leave the block as an exception does.

    When the block is left, having recorded what it ran, the process ends by the signal after all. Signals
    that somebody handles or ignores are left alone; a second one ends the process at once.
    """
    if threading.current_thread() is not threading.main_thread():  # no other may handle signals
        yield
        return
    received: list[int] = []

    def leave(number: int, _: Any) -> None:
        received.append(number)
        for each in ours:
            signal.signal(each, signal.SIG_DFL)
        raise Terminated(f"the process was asked to end by {signal.Signals(number).name}")

    ours = [number for number in ENDING if signal.getsignal(number) is signal.SIG_DFL]
    try:
        for number in ours:
            signal.signal(number, leave)
        yield
    finally:
        for number in ours:
            if signal.getsignal(number) is leave:
                signal.signal(number, signal.SIG_DFL)
        if received:
            os.kill(os.getpid(), received[0])
