"""Where a run's code came from: versions, the machine, the script, the commit, the source of a strategy."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import sysconfig
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from btsql import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GIT_PATIENCE = 2  # seconds
# What reading a repository must never do: run a program that it names, write to it, or ask for anything.
GIT = ("git", "-c", "core.fsmonitor=false", "--no-optional-locks")


def versions_and_host() -> dict[str, str]:
    """Return what a run was executed with, engine apart."""
    return {
        "btsql": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "host": platform.node(),
    }


def provenance(modules: Iterable[str]) -> dict[str, str | bool]:
    """Return the script, the commit of the project and the digest of the sources of these modules.

    Each is read once in a process, when it is first asked for; what cannot be told is left out.
    """
    sources = _sources(modules)
    script = main_script()
    told: dict[str, str | bool] = {}
    if script is not None:
        told["script"] = os.fspath(script)
    digest = source_digest(sources)
    if digest is not None:
        told["source_digest"] = digest
    own = [file for file in (*sources, script) if file is not None and not is_installed(file)]
    return told | commit_of([(file.parent, file.name) for file in own] + [(here, None) for here in _here()])


def digest_of_modules(modules: Iterable[str]) -> str | None:
    """Return the digest of the sources of these modules, as `provenance` does; None if it cannot be told."""
    return source_digest(_sources(modules))


def _sources(modules: Iterable[str]) -> list[Path]:
    return list(dict.fromkeys(filter(None, map(source_file, modules))))


def _here() -> list[Path]:
    try:
        return [Path.cwd()]
    except OSError:  # the directory was removed
        return []


def main_script() -> Path | None:
    """Return the script that the process runs; None for btsql's own commands and where there is no file."""
    main = sys.modules.get("__main__")
    file = getattr(main, "__file__", None)
    package = getattr(main, "__package__", None) or ""
    if file is None or package.partition(".")[0] == "btsql" or Path(file).name == "btsql":
        return None
    return Path(file).absolute()


def source_file(module: str) -> Path | None:
    """Return the file of an imported module's source; None if it has none."""
    file = getattr(sys.modules.get(module), "__file__", None)
    return Path(file).absolute() if file is not None and file.endswith((".py", ".pyx")) else None


def source_digest(files: Sequence[Path]) -> str | None:
    """Return the SHA-256 of one file's bytes; of several, that of their digests, one a line."""
    digests = [file_digest(file) for file in files]
    known = [digest for digest in digests if digest is not None]
    if not known or len(known) < len(digests):
        return None
    if len(known) == 1:
        return f"sha256:{known[0]}"
    together = "".join(f"{digest}\n" for digest in known)
    return f"sha256:{sha256(together.encode()).hexdigest()}"


@cache
def file_digest(file: Path) -> str | None:
    """Return the SHA-256 of a file as it was when first asked for; None if it cannot be read."""
    try:
        return sha256(file.read_bytes()).hexdigest()
    except OSError:
        return None


def is_installed(file: Path) -> bool:
    """Tell whether a file belongs to an installed package or to Python, not to somebody's project."""
    return any(file.is_relative_to(place) for place in _installed_places())


@cache
def _installed_places() -> tuple[Path, ...]:
    places = [Path(sysconfig.get_path(name)) for name in ("purelib", "platlib", "stdlib")]
    return (*places, Path(__file__).parent)


def commit_of(places: Iterable[tuple[Path, str | None]]) -> dict[str, str | bool]:
    """Return `git_commit` and `git_dirty` of the first place, a directory and a file, in a repository."""
    for directory, file in places:
        commit, dirty = _commit_of(directory)
        if commit is not None:
            return {"git_commit": commit, "git_dirty": dirty or _is_untracked(directory, file)}
    return {}


@cache
def _commit_of(directory: Path) -> tuple[str | None, bool]:
    """Return the commit that is checked out, if one is, and whether any of its files was changed."""
    lines = _git(directory, "status", "--porcelain=v2", "--branch", "--untracked-files=no").splitlines()
    commits = [line.split()[-1] for line in lines if line.startswith("# branch.oid ")]
    if not commits or commits == ["(initial)"]:
        return None, False
    return commits[0], any(not line.startswith("#") for line in lines)


@cache
def _is_untracked(directory: Path, file: str | None) -> bool:
    """Tell whether git does not know a file yet, so that it is in no commit although nothing was changed."""
    if file is None:
        return False
    return bool(_git(directory, "ls-files", "--others", "--exclude-standard", "--", file))


def _git(directory: Path, *arguments: str) -> str:
    """Return what git prints; nothing where there is no git or no repository, or it takes too long."""
    # A hook of git's, for one, says where its own repository is.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(
            [*GIT, *arguments],
            cwd=directory,
            env=environment | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=GIT_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout if done.returncode == 0 else ""
