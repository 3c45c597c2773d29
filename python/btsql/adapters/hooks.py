"""The hooks into Nautilus Trader 1.x: each run of an engine or a node becomes a record when it ends.

The engine is a compiled class that cannot be patched, so a subclass takes its place under the same name. A
node is a Python class, of which the methods that build and run its engines are wrapped. Nothing is added to
what happens inside a run. What goes wrong in here never reaches the backtest: it is told on standard error.
"""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager, nullcontext
from types import ModuleType
from typing import TYPE_CHECKING, Any

from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.backtest.node import BacktestNode

from btsql.adapters import engines, nodes
from btsql.adapters.capture import describe_run
from btsql.adapters.context import RunContext, recorder_of, to_datetime
from btsql.adapters.engines import RecordedEngine, prepare
from btsql.adapters.nodes import wrapped_create_engine, wrapped_run
from btsql.adapters.saving import (
    describe_and_save,
    harmless,
    is_described,
    record_start,
    remember,
    saved_id_of,
    unsaved_record,
)
from btsql.errors import NotEnded, UsageError
from btsql.messages import announce
from btsql.recorder import announce_saved
from btsql.signals import recorded_endings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from btsql.recorder import Recorder

__all__ = ["RecordedEngine", "install", "prepare", "save_ended_run", "uninstall", "watched"]

AUTOSAVE = "autosave"
UNSEEN_END = (
    "the run began inside `with btsql.recording(engine):` and had not ended when the block did: what it "
    "raised was caught inside the block, where btsql does not see it, or end() comes later. With "
    "btsql.autosave() before the engine is made both are seen"
)

_originals: dict[str, Any] = {}
_owners: set[object] = set()


def install(owner: object = AUTOSAVE) -> None:
    """Have every engine and node of this process watched until each owner has called `uninstall()`."""
    if owner == AUTOSAVE and owner not in _owners:
        with harmless("engines made before btsql.autosave() could not be looked for"):
            _tell_of_engines_made_before()
    _owners.add(owner)
    if _originals:
        return
    wrappers = {
        "_create_engine": wrapped_create_engine,
        "_run_oneshot": wrapped_run,
        "_run_streaming": wrapped_run,
    }
    _originals.update({name: getattr(BacktestNode, name) for name in wrappers})
    for name, wrap in wrappers.items():
        setattr(BacktestNode, name, wrap(_originals[name]))
    _replace_everywhere(BacktestEngine, RecordedEngine)


def _tell_of_engines_made_before() -> None:
    waiting = sum(type(each) is BacktestEngine and _is_to_run(each) for each in gc.get_objects())
    if waiting:
        announce(
            f"{waiting} backtest engine{'s were' if waiting > 1 else ' was'} made before btsql.autosave(): "
            "what they run is not saved",
            "Call it before engines are made, or write `with btsql.recording(engine): engine.run()`.",
        )


def _is_to_run(engine: BacktestEngine) -> bool:
    try:
        return engine.run_id is None and not engine.trader.is_disposed
    except Exception:  # noqa: BLE001 - one that is not made yet, or that failed while it was, has no trader
        return False


def uninstall(owner: object = AUTOSAVE) -> None:
    """Undo `install()`; engines made meanwhile go on saving their runs."""
    _owners.discard(owner)
    if _owners or not _originals:
        return
    for name, original in _originals.items():
        setattr(BacktestNode, name, original)
    _originals.clear()
    _replace_everywhere(RecordedEngine, BacktestEngine)


def _replace_everywhere(old: type, new: type) -> None:
    """Put one class in the other's place in every module that imported it, under any name."""
    own = {__name__, engines.__name__, nodes.__name__}  # which have to tell the two apart
    for name, module in list(sys.modules.items()):
        if name in own or not isinstance(module, ModuleType):
            continue
        names = object.__getattribute__(module, "__dict__")  # what vars() does would load a lazy module
        for each in [each for each, value in list(names.items()) if value is old]:
            names[each] = new


@contextmanager
def watched(target: Any) -> Iterator[Any]:
    """Save the runs of one engine or node that end inside the block."""
    if isinstance(target, BacktestNode):
        owner = object()
        install(owner)
        try:
            yield target
        finally:
            uninstall(owner)
    elif isinstance(target, BacktestEngine):
        with _watched_engine(target):
            yield target
    else:
        raise UsageError(
            f"recording() takes a BacktestEngine or a BacktestNode, not {type(target).__name__}",
            hint="Write `with btsql.recording(engine): engine.run()`.",
        )


@contextmanager
def _watched_engine(engine: Any) -> Iterator[None]:
    context, before = RunContext(), _ending(engine)
    watching = nullcontext() if isinstance(engine, RecordedEngine) else _trader_watched(engine, before)
    with recorded_endings():
        try:
            with watching:
                yield
        except BaseException as exc:
            if _has_ended(engine, before):  # what was raised afterwards is no fault of the run
                _save_ended(engine)
            else:
                context = _started_context(engine) or context
                with harmless("the range of this run could not be read"):
                    _complete(context, engine)
                describe_and_save(engine, context, recorder_of(), exc)
            raise
        begun = _started_context(engine)
        if _has_ended(engine, before):
            _save_ended(engine)
        elif begun is not None and not begun.described:
            describe_and_save(engine, begun, recorder_of(), NotEnded(UNSEEN_END))
        else:
            announce("nothing to save: no run has ended inside `with btsql.recording(engine):`")


def _ending(engine: Any) -> int | None:
    """Return what is another number once another run of the engine has ended."""
    if isinstance(engine, RecordedEngine):
        return engine.ended_runs
    return None if engine.run_finished is None else int(engine.run_finished.value)


def _has_ended(engine: Any, before: int | None) -> bool:
    return _ending(engine) not in (None, before)


def _save_ended(engine: Any) -> None:
    if not isinstance(engine, RecordedEngine):  # which has saved it, or told why not
        with harmless("this run is NOT SAVED: it could not be read from the engine"):
            describe_and_save(engine, _context_of_ended(engine), recorder_of())


# Runs of engines that were made before btsql watched, by the engine's own id: what was known at their start.
_started: dict[str, RunContext] = {}


def _started_context(engine: Any) -> RunContext | None:
    return None if engine.run_id is None else _started.get(str(engine.run_id))


@contextmanager
def _trader_watched(engine: Any, before: int | None) -> Iterator[None]:
    """Record the start of a run of an engine made before btsql watched, and tell of one that is lost.

    Such an engine starts and resets its trader, which is a Python object: the only moments that can be seen.
    """
    trader = engine.trader
    start, reset = trader.start, trader.reset

    def started() -> None:
        is_new = engine.run_id is not None and not is_described(engine, recorder_of())
        if is_new and _started_context(engine) is None:
            context = _started[str(engine.run_id)] = RunContext()
            with harmless("the range of this run could not be read"):
                _complete(context, engine)
            record_start(engine, context, recorder_of())
        start()

    def told() -> None:
        if _has_ended(engine, before) and saved_id_of(engine, recorder_of()) is None:
            announce(
                "this run is NOT SAVED: the engine was reset before the `with` block ended",
                "Call btsql.autosave() before the engine is made, or record_run(engine) before reset().",
            )
        reset()

    trader.start, trader.reset = started, told
    try:
        yield
    finally:
        del trader.start, trader.reset


def save_ended_run(engine: Any, recorder: Recorder) -> UUID:
    """Save the run that an engine has ended, unless it is saved already, and return its id."""
    if not isinstance(engine, BacktestEngine):
        raise UsageError(
            f"record_run() takes a BacktestEngine after its run, not {type(engine).__name__}",
            hint="For a BacktestNode write `with btsql.recording(node): node.run()`.",
        )
    known = saved_id_of(engine, recorder)
    if known is not None:
        return known
    if engine.run_id is None or engine.run_finished is None:
        raise UsageError(
            "this engine has not ended a run, or was reset since",
            hint="Call engine.run() first; to have failures saved too write `with btsql.recording(engine):`.",
        )
    record = unsaved_record(engine, recorder) or describe_run(engine, _context_of_ended(engine))
    try:
        run_id = recorder.save(record)
    except BaseException:
        remember(engine, recorder, record, saved=recorder.has_saved(record.run_id))
        raise
    remember(engine, recorder, record, saved=True)
    announce_saved(record, run_id)
    return run_id


def _context_of_ended(engine: Any) -> RunContext:
    started, finished = engine.run_started.value, engine.run_finished.value
    duration = max(finished - started, 0) / 1e9  # the clock may have been set back
    context = RunContext(started_at=to_datetime(started), duration_seconds=duration)
    known = _started_context(engine)
    if known is not None:
        context.started_at, context.run_id = known.started_at, known.run_id
    _complete(context, engine)
    return context


def _complete(context: RunContext, engine: Any) -> None:
    """Add what the engine itself knows of its run."""
    if isinstance(engine, RecordedEngine):
        context.venues = engine._btsql_venues  # noqa: SLF001
    start, end = engine.backtest_start, engine.backtest_end
    context.ask_for(None if start is None else start.value, None if end is None else end.value)
