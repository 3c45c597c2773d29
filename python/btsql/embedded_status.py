"""What `btsql server status` knows about the embedded server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """The embedded server at one moment.

    Attributes
    ----------
    running : bool
        It accepts connections now.
    pid : int | None
        Process id of its postmaster; None when it is not running.
    version : str | None
        PostgreSQL's major version of the data directory, such as "18"; None before the first start.
    home, data_directory, socket_directory, log_file : Path
        Where its files are; the log file is the one written to last.
    dsn : str
        URI of the database `btsql`; it has no password, the socket's directory is what protects it.

    """

    running: bool
    pid: int | None
    version: str | None
    home: Path
    data_directory: Path
    socket_directory: Path
    log_file: Path
    dsn: str
