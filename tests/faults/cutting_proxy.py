"""A proxy between a client and a PostgreSQL socket that hangs up in the middle of recording a run."""

from __future__ import annotations

import random
import socket
import threading
from contextlib import suppress
from pathlib import Path

READY = b"Z\x00\x00\x00\x05I"  # ReadyForQuery, outside a transaction: what was sent is committed
RECORDING = b"btsql.record_run"
BEFORE, HALF, AFTER, NOT = "before it is sent", "when half is sent", "after the commit", "not at all"


class CuttingProxy:
    """Listens on a Unix socket and passes everything on, but for what it cuts.

    Attributes
    ----------
    cuts : list of str
        Where each recording was cut, in order.

    """

    def __init__(self, server: Path, directory: Path, seed: int, share: float) -> None:
        self.directory = directory
        self.cuts: list[str] = []
        self._server = server
        self._random = random.Random(seed)  # noqa: S311 - the same cuts each time
        self._share = share
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(directory / ".s.PGSQL.5432"))
        self._listener.listen(64)
        self._connections: list[_Connection] = []
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._acceptor.join()
        self._listener.close()
        for connection in self._connections:
            connection.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self._server))
                self._connections.append(_Connection(self, client, server))

    def next_cut(self) -> str:
        cut = self._random.choice((BEFORE, HALF, AFTER)) if self._random.random() < self._share else NOT
        self.cuts.append(cut)
        return cut


class _Connection:
    def __init__(self, proxy: CuttingProxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy, self._client, self._server = proxy, client, server
        self._swallows = False
        passing = (self.pass_on_requests, self.pass_on_answers)
        self._threads = [threading.Thread(target=each, daemon=True) for each in passing]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        for end in (self._client, self._server):
            self._hang_up(end)
        for thread in self._threads:
            thread.join()
        self._client.close()
        self._server.close()

    def pass_on_requests(self) -> None:
        with suppress(OSError):
            while data := self._client.recv(65536):
                cut = self._proxy.next_cut() if RECORDING in data else NOT
                if cut == BEFORE:
                    break
                if cut == AFTER:
                    self._swallows = True
                self._server.sendall(data[: len(data) // 2] if cut == HALF else data)
                if cut == HALF:
                    break
        self._hang_up(self._server)
        if not self._swallows:
            self._hang_up(self._client)

    def pass_on_answers(self) -> None:
        with suppress(OSError):
            while data := self._server.recv(65536):
                if self._swallows and data.endswith(READY):
                    break
                if not self._swallows:
                    self._client.sendall(data)
        self._hang_up(self._client)
        self._hang_up(self._server)

    def _hang_up(self, end: socket.socket) -> None:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
