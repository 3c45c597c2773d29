"""The hooks into Nautilus Trader 1.x: each run of an engine or a node becomes a record when it ends.

The engine is a compiled class that cannot be patched, so a subclass takes its place under the same name. A
node is a Python class, of which the methods that build and run its engines are wrapped. Nothing is added to
what happens inside a run. What goes wrong in here never reaches the backtest: it is told on standard error.
"""

from __future__ import annotations

import functools
import sys
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from types import ModuleType
from typing import TYPE_CHECKING, Any

from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.backtest.node import BacktestNode

from btsql.adapters.capture import (
    RunContext,
    describe_failure,
    describe_run,
    describe_start,
    identity_of,
    to_datetime,
)
from btsql.adapters.configs import importable
from btsql.adapters.snapshot import keep_random_state, venue_settings
from btsql.duplicates import duplicate_line, find_duplicates
from btsql.errors import NotEnded, UsageError
from btsql.messages import announce
from btsql.recorder import announce_saved, short_id, try_to_save
from btsql.recorder import recorder as recorder_of
from btsql.signals import recorded_endings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from btsql.adapters.backtest import Backtest
    from btsql.record import RunRecord
    from btsql.recorder import Recorder

# Every saved run by the engine's own id of it and the database: it is there once, however many hooks see it.
_saved: dict[tuple[str, str], UUID] = {}

# Every run that ended and could not be saved, as it was described then: its id is to stay the same.
_unsaved: dict[tuple[str, str], RunRecord] = {}


def _key(engine: Any, recorder: Recorder) -> tuple[str, str] | None:
    if engine.run_id is None:  # it failed before the engine made one
        return None
    try:
        return str(engine.run_id), recorder.target().conninfo
    except Exception:  # noqa: BLE001 - nothing is saved there; saving says why
        return str(engine.run_id), ""


def _saved_id(engine: Any, recorder: Recorder) -> UUID | None:
    key = _key(engine, recorder)
    return None if key is None else _saved.get(key)


def _is_described(engine: Any, recorder: Recorder) -> bool:
    """Tell whether the run that the engine is at has ended and become a record."""
    key = _key(engine, recorder)
    return key in _saved or key in _unsaved


def _remember(engine: Any, recorder: Recorder, record: RunRecord, *, saved: bool) -> None:
    key = _key(engine, recorder)
    if key is None:
        return
    if saved:
        _saved[key] = record.run_id
        _unsaved.pop(key, None)
    else:
        _unsaved[key] = record


@contextmanager
def _harmless(consequence: str) -> Iterator[None]:
    """Tell of a defect of ours, and never raise it into somebody's backtest."""
    try:
        yield
    except Exception as exc:  # noqa: BLE001
        announce(f"{consequence}: {type(exc).__name__}: {exc}")


def _record_start(engine: Any, context: RunContext, recorder: Recorder) -> None:
    """Have the database know that a run begins, before it does."""
    with _harmless("the start of this run is not recorded"):
        recorder.start(describe_start(engine, context))


def _describe_and_save(
    engine: Any, context: RunContext, recorder: Recorder, error: BaseException | None = None
) -> None:
    """Save a run for a hook, once."""
    with _harmless("this run is NOT SAVED: it could not be read from the engine"):
        if _is_described(engine, recorder):
            return
        record = describe_run(engine, context, error)
        try:
            is_told = context.is_failure_told and isinstance(error, Exception)
            context.problem = try_to_save(record, recorder, quiet=is_told)
        except BaseException:  # an interrupt: the recorder has kept the record
            _remember(engine, recorder, record, saved=False)
            raise
        context.saved_id = None if context.problem else record.run_id
        _remember(engine, recorder, record, saved=context.problem is None)


# ---- engines

# Whether a node is building an engine: then it is the node's wrapper that saves what goes wrong.
_building: ContextVar[bool] = ContextVar("_building", default=False)


class RecordedEngine(BacktestEngine):
    """A backtest engine whose runs are saved when they end, and which is otherwise the engine itself."""

    recorder: Recorder | None = None
    """Where its runs go; the default database when None."""

    def __init__(self, config: Any = None) -> None:
        self._btsql_venues: list[dict[str, Any]] = []
        self._btsql_expected: RunContext | None = None
        self._btsql_context: RunContext | None = None
        self._btsql_inside_run = False
        self._btsql_ended = 0
        self._btsql_told: UUID | None = None
        context = RunContext()
        try:
            super().__init__(config)
        except Exception as exc:
            if not _building.get():
                _save_unbuilt(config, context, exc)
            raise

    @property
    def ended_runs(self) -> int:
        """How many of its runs have ended, saved or not; each was told of."""
        return self._btsql_ended

    def expect(self, context: RunContext) -> None:
        """Take what the one who drives this engine knows of its next run: data source, name, range."""
        context.venues = self._btsql_venues if context.venues is None else context.venues
        self._btsql_expected = context

    def add_venue(self, *arguments: Any, **named: Any) -> None:
        """Add a venue, and remember its settings."""
        super().add_venue(*arguments, **named)
        with _harmless("the settings of a venue could not be read, and will be missing"):
            self._btsql_venues.append(venue_settings(arguments, named))

    def clear_data(self) -> None:
        """Clear the data; a run that streams has seen it, and its closes are kept."""
        if self._btsql_context is not None:
            self._btsql_context.feed(self.data)
        super().clear_data()

    def reset(self) -> None:
        """Reset the engine for another run; one that streams is ended by it."""
        if not self.trader.is_running:  # else the engine calls `end()`
            self._give_up("reset")
        super().reset()

    def dispose(self) -> None:
        """Dispose of the engine; a run that streams and was not ended is over."""
        self._give_up("disposed of")
        super().dispose()

    def run(
        self,
        start: Any = None,
        end: Any = None,
        run_config_id: str | None = None,
        streaming: bool = False,  # noqa: FBT001, FBT002 - the engine's own signature
    ) -> None:
        """Run the backtest, and save it when it ends, however it ends."""
        with recorded_endings():
            if self._btsql_context is None:
                self._btsql_context = self._begin(start, end)
                if not streaming:
                    tell_of_duplicate(self, self._btsql_context, self.recorder or recorder_of())
            self._btsql_inside_run = True
            try:
                super().run(start, end, run_config_id, streaming)
            except BaseException as exc:
                self._finish(exc)
                raise
            finally:
                self._btsql_inside_run = False
            if not streaming or self.run_finished is not None:
                self._finish()

    def end(self) -> None:
        """End the run, and save it unless `run()`, which calls this too, is about to."""
        try:
            super().end()
        except BaseException as exc:
            if not self._btsql_inside_run:
                self._finish(exc)
            raise
        if not self._btsql_inside_run:
            self._finish()

    def _begin(self, start: Any, end: Any) -> RunContext:
        context, self._btsql_expected = self._btsql_expected, None
        if context is None or context.described:
            context = RunContext(venues=self._btsql_venues)
        context.ask_for(_nanoseconds(start), _nanoseconds(end))
        with _harmless("the random numbers of this run could not be kept, and a re-run may draw others"):
            keep_random_state(context, self._btsql_venues)
        recorder = self.recorder or recorder_of()
        if not _is_described(self, recorder):  # else it goes on without reset(), and ended before
            _record_start(self, context, recorder)
        return context

    def _give_up(self, how: str) -> None:
        if self._btsql_context is not None and not self._btsql_inside_run:
            self._finish(NotEnded(f"the engine was {how} before end() was called"))

    def _finish(self, error: BaseException | None = None) -> None:
        context, self._btsql_context = self._btsql_context, None
        if context is None:
            return
        recorder = self.recorder or recorder_of()
        saved_id = _saved_id(self, recorder)
        if not _is_described(self, recorder):
            self._btsql_ended += 1
            _describe_and_save(self, context, recorder, error)
        elif (
            saved_id is not None and saved_id != self._btsql_told
        ):  # once, for a stream may go on for many chunks
            self._btsql_told = saved_id
            announce(f"the engine went on without reset(): run {short_id(saved_id)} stays as it was saved")


# It goes by the name that it replaces, in messages and in what is saved.
RecordedEngine.__name__ = RecordedEngine.__qualname__ = BacktestEngine.__name__
RecordedEngine.__module__ = BacktestEngine.__module__


def tell_of_duplicate(engine: Any, context: RunContext, recorder: Recorder) -> None:
    """Say that the run was made before, if it was; a database that is away has nothing to say."""
    if context.duplicates_told or context.reproduction is not None:
        return
    context.duplicates_told = True
    try:
        identity = identity_of(engine, context)
        found = recorder.ask(lambda connection: find_duplicates(connection, identity, result_limit=1))
    except Exception:  # noqa: BLE001 - the backtest is what matters
        return
    if found:
        announce(duplicate_line(found[0]))


def _nanoseconds(value: Any) -> int | None:
    """Return the UNIX nanoseconds that an argument of `run()` means, read as the engine reads it."""
    if value is None:
        return None
    import pandas as pd  # noqa: PLC0415

    try:
        return int(pd.to_datetime(value, utc=True).value)
    except Exception:  # noqa: BLE001 - the engine is about to refuse it in its own words
        return None


def _save_unbuilt(config: Any, context: RunContext, error: Exception) -> None:
    """Save a run that failed before there was an engine; `config` is the engine's."""
    with _harmless("this run is NOT SAVED: its configuration could not be read"):
        record = describe_failure(context, error, list(config.strategies) if config else [])
        context.problem = try_to_save(record, recorder_of())
        context.saved_id = None if context.problem else record.run_id


# ---- nodes


def _wrapped_create_engine(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def create_engine(node: Any, run_config_id: str) -> Any:
        context = _node_context(node, run_config_id)
        token = _building.set(True)
        try:
            return original(node, run_config_id)
        except Exception as exc:
            unbuilt = _unbuilt(node)
            if run_config_id not in unbuilt:  # else `build()` failed before, and now `run()` does
                unbuilt.add(run_config_id)
                _save_unbuilt(node._configs[run_config_id].engine, context, exc)  # noqa: SLF001
            raise
        finally:
            _building.reset(token)

    return create_engine


def _wrapped_run(original: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap one of the node's two ways to run an engine, both of which end before the engine is disposed."""

    @functools.wraps(original)
    def run(node: Any, run_config_id: str, engine: Any, *arguments: Any, **named: Any) -> None:
        context = _node_context(node, run_config_id)
        with recorded_endings():
            if isinstance(engine, RecordedEngine):
                engine.expect(context)
            elif run_config_id not in _unbuilt(node):  # the engine was made before btsql watched
                _record_start(engine, context, recorder_of())
            try:
                original(node, run_config_id, engine, *arguments, **named)
            except BaseException as exc:
                if run_config_id in _unbuilt(node):  # a consequence of what is saved already
                    _unbuilt(node).discard(run_config_id)
                elif not context.described:
                    _describe_and_save(engine, context, recorder_of(), exc)
                raise
            if not context.described:
                _describe_and_save(engine, context, recorder_of())

    return run


def _unbuilt(node: Any) -> set[str]:
    """Return the configurations that could not be built, as was saved, and that have not run since."""
    found: set[str] = node.__dict__.setdefault("_btsql_unbuilt", set())
    return found


def _node_context(node: Any, run_config_id: str) -> RunContext:
    context = RunContext(data_source="catalog")
    with _harmless("the configuration of a run could not be read, and will be missing"):
        config = node._configs[run_config_id]  # noqa: SLF001 - asked by id, the node has no public way
        context.ask_for(_nanoseconds(config.start), _nanoseconds(config.end))
        context.data = [importable(data) for data in config.data]
        context.run_config = importable(config)
    return context


# ---- btsql's own backtests


def prepare(backtest: Backtest, dsn: str | None = None) -> RunContext:
    """Tell a backtest's engine what its next run is, and where to save it.

    Returns
    -------
    RunContext
        Its `saved_id` is the run's id once the run has ended and is committed.

    """
    market = backtest.market
    context = RunContext(
        strategy_name=backtest.request.name,
        data_source=backtest.request.data.kind,
        data=[market.description],
        start=market.start,
        end=market.end,
        venues=[backtest.venue],
        duplicates_told=True,  # by the command
    )
    backtest.engine.recorder = recorder_of(dsn)
    backtest.engine.expect(context)
    return context


# ---- what users call

AUTOSAVE = "autosave"

_originals: dict[str, Any] = {}
_owners: set[object] = set()


def install(owner: object = AUTOSAVE) -> None:
    """Have every engine and node of this process watched until each owner has called `uninstall()`."""
    _owners.add(owner)
    if _originals:
        return
    wrappers = {
        "_create_engine": _wrapped_create_engine,
        "_run_oneshot": _wrapped_run,
        "_run_streaming": _wrapped_run,
    }
    _originals.update({name: getattr(BacktestNode, name) for name in wrappers})
    for name, wrap in wrappers.items():
        setattr(BacktestNode, name, wrap(_originals[name]))
    _replace_everywhere(BacktestEngine, RecordedEngine)


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
    own = sys.modules[__name__]
    for module in list(sys.modules.values()):
        if module is own or not isinstance(module, ModuleType):
            continue
        names = object.__getattribute__(module, "__dict__")  # what vars() does would load a lazy module
        for name in [name for name, value in list(names.items()) if value is old]:
            names[name] = new


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
                with _harmless("the range of this run could not be read"):
                    _complete(context, engine)
                _describe_and_save(engine, context, recorder_of(), exc)
            raise
        if _has_ended(engine, before):
            _save_ended(engine)
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
        with _harmless("this run is NOT SAVED: it could not be read from the engine"):
            _describe_and_save(engine, _context_of_ended(engine), recorder_of())


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
        is_new = engine.run_id is not None and not _is_described(engine, recorder_of())
        if is_new and _started_context(engine) is None:
            context = _started[str(engine.run_id)] = RunContext()
            with _harmless("the range of this run could not be read"):
                _complete(context, engine)
            _record_start(engine, context, recorder_of())
        start()

    def told() -> None:
        if _has_ended(engine, before) and _saved_id(engine, recorder_of()) is None:
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
    known = _saved_id(engine, recorder)
    if known is not None:
        return known
    if engine.run_id is None or engine.run_finished is None:
        raise UsageError(
            "this engine has not ended a run, or was reset since",
            hint="Call engine.run() first; to have failures saved too write `with btsql.recording(engine):`.",
        )
    key = _key(engine, recorder)
    kept = None if key is None else _unsaved.get(key)
    record = kept or describe_run(engine, _context_of_ended(engine))
    try:
        run_id = recorder.save(record)
    except BaseException:
        _remember(engine, recorder, record, saved=False)
        raise
    _remember(engine, recorder, record, saved=True)
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
