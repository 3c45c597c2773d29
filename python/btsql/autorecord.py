"""Has the backtests of a process recorded that imports btsql nowhere: what `btsql exec` starts Python with.

Nautilus Trader is not imported for it, only waited for: `autosave()` is called once the script, or what it
uses, has imported the engine.
"""

from __future__ import annotations

import os
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType, TracebackType

STARTUP = Path(__file__).parent / "startup"
ENGINE, NODE = "nautilus_trader.backtest.engine", "nautilus_trader.backtest.node"


def environment_for(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a Python whose backtests are recorded, and those of what it starts."""
    places = [place for place in environment.get("PYTHONPATH", "").split(os.pathsep) if place]
    if os.fspath(STARTUP) in places:
        return dict(environment)
    return {**environment, "PYTHONPATH": os.pathsep.join([os.fspath(STARTUP), *places])}


def watch() -> None:
    """Wait for the engine, and keep btsql's own frames out of the traceback that ends a script."""
    if not any(isinstance(finder, _Watcher) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Watcher())
        sys.excepthook = _excepthook


class _Watcher(MetaPathFinder):
    """Finds nothing itself; of the modules waited for it learns when they are complete."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in (ENGINE, NODE):
            return None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = None if finder is self or find is None else find(name, path, target)
            if spec is not None:
                _call_when_complete(spec)
                return spec
        return None


def _call_when_complete(spec: ModuleSpec) -> None:
    loader: Any = spec.loader
    execute = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        execute(module)
        # A node that is being imported imports the engine: then it is the node that is waited for.
        if spec.name == NODE or NODE not in sys.modules:
            sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _Watcher)]
            _autosave()

    loader.exec_module = exec_module


def _autosave() -> None:
    if "btsql.adapters.hooks" in sys.modules:
        return  # it is what imports the engine: the script has called `autosave()` itself, which goes on now
    try:
        from btsql import autosave  # noqa: PLC0415

        autosave()
    except Exception as exc:  # noqa: BLE001 - the script runs, recorded or not
        from btsql.messages import announce  # noqa: PLC0415

        announce(f"the backtests of this process are NOT SAVED: {type(exc).__name__}: {exc}")


# ---- tracebacks


def _excepthook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    _strip(error, set())
    sys.__excepthook__(kind, error, _without_own(trace))


def _strip(error: BaseException | None, seen: set[int]) -> None:
    """Take btsql's frames out of an exception and all that it came from."""
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    error.__traceback__ = _without_own(error.__traceback__)
    for other in (error.__cause__, error.__context__, *getattr(error, "exceptions", ())):
        _strip(other, seen)


def _without_own(trace: TracebackType | None) -> TracebackType | None:
    kept = []
    while trace is not None:
        if not _is_own(trace):
            kept.append(trace)
        trace = trace.tb_next
    following = None
    for one in reversed(kept):
        one.tb_next = following
        following = one
    return following


def _is_own(trace: TracebackType) -> bool:
    module = str(trace.tb_frame.f_globals.get("__name__"))
    return module.startswith("btsql.") and not module.startswith("btsql.strategies.")
