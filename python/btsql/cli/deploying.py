"""What there is to tell of a deployment while Sqitch prints a line for each change."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from btsql.cli.common import say, working

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHANGE = re.compile(r"^\s*([+*]) (\S+)")
DOING = {"+": "deploying", "*": "verifying"}
# What a script remarks comes from psql, with the place: the words around it are in the server's language.
REMARK = re.compile(r"psql:.+?:\d+: \w+:\s+(.*)")
HINT = re.compile(r"^\w+:\s+(.*)")


@dataclass
class Deployment:
    """What Sqitch has printed so far: how many changes it deployed, and what its scripts remarked."""

    now: Callable[[str], None]
    verbose: bool
    deployed: int = 0
    remarks: list[tuple[str, str | None]] = field(default_factory=list)
    _is_remarking: bool = False

    def report(self, line: str) -> None:
        """Take the next line."""
        change = CHANGE.match(line)
        if change is not None:
            self.deployed += change[1] == "+"
            self.now(f"{DOING[change[1]]} {change[2]}")
        if self.verbose:
            sys.stderr.write(f"       {line.strip()}\n")
            sys.stderr.flush()
        self._keep_remark(line)

    def _keep_remark(self, line: str) -> None:
        hint = HINT.match(line)
        if remark := REMARK.search(line):
            self.remarks.append((remark[1], None))
        elif self._is_remarking and hint is not None:
            self.remarks[-1] = (self.remarks[-1][0], hint[1])
        self._is_remarking = remark is not None


@contextmanager
def deploying(*, verbose: bool = False) -> Iterator[Deployment]:
    """Show on a terminal which change is deployed or verified, or every line; tell the remarks at the end."""
    if verbose:
        deployment = Deployment(lambda _change: None, verbose)
        yield deployment
    else:
        with working("deploying") as now:
            deployment = Deployment(now, verbose)
            yield deployment
    for remark, hint in deployment.remarks:
        say(remark, hint)
