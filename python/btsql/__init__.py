"""btsql saves every Nautilus Trader backtest into PostgreSQL, and finds, ranks and compares them.

`autosave()` once, `with recording(engine):` around a run, or `record_run(engine)` after it; then
`btsql history`, or in Python `history()`, `get_run()`, `compare_runs()`, `best_runs()`,
`strategy_history()`, `find_duplicates()`, `find_near_duplicates()` and `rerun()`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from uuid import UUID

    from btsql.api import (
        best_runs,
        compare_runs,
        find_duplicates,
        find_near_duplicates,
        get_run,
        history,
        rerun,
        strategy_history,
    )

# Loaded when they are first asked for: a script that only records has no use for them.
_QUESTIONS = (
    "best_runs",
    "compare_runs",
    "find_duplicates",
    "find_near_duplicates",
    "get_run",
    "history",
    "rerun",
    "strategy_history",
)
__all__ = [
    "__version__",
    "autosave",
    "best_runs",
    "compare_runs",
    "find_duplicates",
    "find_near_duplicates",
    "get_run",
    "history",
    "record_run",
    "recording",
    "rerun",
    "strategy_history",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name not in _QUESTIONS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from btsql import api  # noqa: PLC0415 - see _QUESTIONS

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted(__all__)


def autosave() -> None:
    """Save every backtest that this process runs from now on, however it ends.

    Works for `BacktestEngine` and `BacktestNode`. Call it before engines are made, and before you define
    classes that derive from them. Problems with saving are reported on standard error; they do not change the
    backtest, its result or its exceptions.
    """
    from btsql.adapters import hooks  # noqa: PLC0415 - it imports the engine

    hooks.install()


def recording(target: Any) -> AbstractContextManager[Any]:
    """Save the run that ends inside the `with` block, a success or a failure.

    It saves one run of an engine; for several runs with `reset()` between them, use `autosave()`. Of an
    engine made before `autosave()` was called, the settings of the venues are not known: its run cannot be
    run again.

    Parameters
    ----------
    target : BacktestEngine or BacktestNode
        What runs inside the block; for a node, the run of each configuration is saved.

    Raises
    ------
    UsageError
        The target is neither an engine nor a node.

    """
    from btsql.adapters import hooks  # noqa: PLC0415 - it imports the engine

    return hooks.watched(target)


def record_run(engine: Any, *, dsn: str | None = None) -> UUID:
    """Save the run that an engine has just ended, and return the run's id once it is committed.

    Parameters
    ----------
    engine : BacktestEngine
        After `run()`, before `reset()` and `dispose()`.
    dsn : str | None
        The database; by default that of `BTSQL_DSN`, else of libpq's variables, else the private one.

    Raises
    ------
    UsageError
        The engine has not ended a run.
    DatabaseUnavailable, SchemaMismatch, RecordRefused
        The run is not saved.

    """
    from btsql.adapters import hooks  # noqa: PLC0415 - it imports the engine
    from btsql.recorder import recorder  # noqa: PLC0415

    return hooks.save_ended_run(engine, recorder(dsn))
