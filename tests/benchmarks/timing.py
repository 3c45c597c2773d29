"""Times whole processes against each other: alternating, so that a busy machine slows them alike."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Wall times of one command, in seconds."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.seconds)

    @property
    def least(self) -> float:
        """The shortest: what it takes when nothing else runs."""
        return min(self.seconds)

    def __str__(self) -> str:
        least, middle, most = (1e3 * value for value in (self.least, self.median, max(self.seconds)))
        return f"min {least:4.0f} ms   median {middle:4.0f} ms   max {most:4.0f} ms"


def alternate(
    commands: Mapping[str, Sequence[str]], environment: Mapping[str, str], rounds: int
) -> dict[str, Timing]:
    """Run each command once a round, after one round that is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            began = time.perf_counter()
            subprocess.run(command, env=environment, check=True, capture_output=True)
            if number > 0:
                seconds[name].append(time.perf_counter() - began)
    return {name: Timing(tuple(values)) for name, values in seconds.items()}
