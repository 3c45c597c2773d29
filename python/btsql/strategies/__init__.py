"""The strategies that come with btsql, by name.

Nothing here imports Nautilus Trader, so a list of names or a message about a misspelt one costs no
start-up time; the classes are imported when a run needs them.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltinStrategy:
    """Where a built-in strategy lives.

    Attributes
    ----------
    name : str
        What a user types, and the `strategy_type` of its runs.
    strategy_path, config_path : str
        Import paths, `package.module:Class`.
    summary : str
        The idea in one line.

    """

    name: str
    strategy_path: str
    config_path: str
    summary: str


def _builtin(name: str, class_name: str, summary: str) -> BuiltinStrategy:
    path = f"{__name__}.{name}:{class_name}"
    return BuiltinStrategy(name=name, strategy_path=path, config_path=f"{path}Config", summary=summary)


BUILTIN: Final[Mapping[str, BuiltinStrategy]] = MappingProxyType(
    {
        strategy.name: strategy
        for strategy in (
            _builtin(
                "sma_crossover",
                "SMACrossover",
                "buys when the fast moving average crosses above the slow one, sells when it crosses below",
            ),
            _builtin(
                "mean_reversion",
                "MeanReversion",
                "buys when the price is unusually far below its average, sells when it is back",
            ),
            _builtin(
                "momentum",
                "Momentum",
                "holds what has risen over the look-back period, and nothing else",
            ),
        )
    },
)
"""The built-in strategies by name."""
