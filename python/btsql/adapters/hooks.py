"""The hooks into Nautilus Trader 1.x: each run of an engine or a node becomes a record when it ends.

The engine is a compiled class that cannot be patched, so a subclass takes its place under the same name. A node is a
Python class, of which the methods that build and run its engines are wrapped. Nothing is added to what happens inside a
run.
"""

from __future__ import annotations

import functools
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import nautilus_trader.backtest.engine as engine_module
import nautilus_trader.backtest.node as node_module
from nautilus_trader.backtest.engine import BacktestEngine
from nautilus_trader.backtest.node import BacktestNode

from btsql.adapters.capture import RunContext, describe_failure, describe_run, to_datetime, to_plain
from btsql.errors import UsageError
from btsql.recorder import announce, announce_saved, save_and_announce
from btsql.recorder import recorder as recorder_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from btsql.adapters.backtest import Backtest
    from btsql.record import RunRecord
    from btsql.recorder import Recorder

VENUE_ARGUMENTS = (
    "venue",
    "oms_type",
    "account_type",
    "starting_balances",
    "base_currency",
    "default_leverage",
    "leverages",
)

# Every saved run by the engine's own id of it, so that a run is saved once however many hooks see it.
_saved: dict[str, UUID] = {}


def _engine_run(engine: Any) -> str | None:  # noqa: ANN401
    return None if engine.run_id is None else str(engine.run_id)


def _save(engine: Any, record: RunRecord, recorder: Recorder) -> UUID | None:  # noqa: ANN401
    run_id = save_and_announce(record, recorder)
    key = _engine_run(engine)
    if run_id is not None and key is not None:
        _saved[key] = run_id
    return run_id


def _describe_and_save(
    engine: Any,  # noqa: ANN401
    context: RunContext,
    recorder: Recorder,
    error: BaseException | None = None,
) -> UUID | None:
    """Save a run for a hook; a defect of ours is told, never raised into somebody's backtest."""
    try:
        record = describe_run(engine, context, error)
    except Exception as exc:  # noqa: BLE001
        announce(f"this run is NOT SAVED: it could not be read from the engine: {type(exc).__name__}: {exc}")
        return None
    context.saved_id = _save(engine, record, recorder)
    return context.saved_id


class RecordedEngine(BacktestEngine):  # type: ignore[misc] # the engine is compiled, without types
    """A backtest engine whose runs are saved when they end, and which is otherwise the engine itself."""

    recorder: Recorder | None = None
    """Where its runs go; the default database when None."""

    next_context: Callable[[], RunContext] = RunContext
    """Gives what the one who drives this engine knows of its next run: data source, name, range."""

    def __init__(self, config: Any = None) -> None:  # noqa: ANN401
        super().__init__(config)
        self._btsql_venues: list[dict[str, Any]] = []
        self._btsql_context: RunContext | None = None
        self._btsql_inside_run = False

    def add_venue(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401
        """Add a venue, and remember its settings."""
        super().add_venue(*arguments, **named)
        settings = dict(zip(VENUE_ARGUMENTS, arguments, strict=False)) | named
        self._btsql_venues.append({name: _setting(value) for name, value in settings.items()})

    def clear_data(self) -> None:
        """Clear the data; a run that streams has seen it, and its closes are kept."""
        if self._btsql_context is not None:
            self._btsql_context.closes.feed(self.data)
        super().clear_data()

    def reset(self) -> None:
        """Reset the engine for another run."""
        super().reset()
        self._btsql_context = None

    def run(
        self,
        start: Any = None,  # noqa: ANN401
        end: Any = None,  # noqa: ANN401
        run_config_id: str | None = None,
        streaming: bool = False,  # noqa: FBT001, FBT002 - the engine's own signature
    ) -> None:
        """Run the backtest, and save it when it ends, however it ends."""
        if self._btsql_context is None:
            self._btsql_context = self._begin(start, end)
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

    def _begin(self, start: Any, end: Any) -> RunContext:  # noqa: ANN401
        context = self.next_context()
        context.venues = self._btsql_venues
        context.ask_for(_nanoseconds(start), _nanoseconds(end))
        return context

    def _finish(self, error: BaseException | None = None) -> None:
        context, self._btsql_context = self._btsql_context, None
        if context is not None:
            _describe_and_save(self, context, self.recorder or recorder_of(), error)


# It goes by the name that it replaces, in messages and in what is saved.
RecordedEngine.__name__ = RecordedEngine.__qualname__ = BacktestEngine.__name__
RecordedEngine.__module__ = BacktestEngine.__module__


def _setting(value: Any) -> Any:  # noqa: ANN401
    """Return a venue's setting as JSON; of an object that has no such form, its class."""
    if isinstance(value, (list, tuple)):
        return [_setting(item) for item in value]
    module = type(value).__module__
    if module.startswith("nautilus_trader.backtest") or not module.startswith(("nautilus_trader", "builtins", "decimal", "enum")):
        return {"class": f"{module}:{type(value).__qualname__}"}
    if isinstance(value, dict):
        return {str(key): _setting(item) for key, item in value.items()}
    return to_plain(value)


def _nanoseconds(value: Any) -> int | None:  # noqa: ANN401
    """Return the UNIX nanoseconds that an argument of `run()` means, read as the engine reads it."""
    if value is None:
        return None
    import pandas as pd  # noqa: PLC0415

    return int(pd.to_datetime(value, utc=True).value)


# ---- nodes


def _wrapped_create_engine(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def create_engine(node: Any, run_config_id: str) -> Any:  # noqa: ANN401
        context = _node_context(node, run_config_id)
        try:
            engine = original(node, run_config_id)
        except Exception as exc:
            _save_unbuilt(node, run_config_id, context, exc)
            raise
        return engine

    return create_engine


def _wrapped_run(original: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap one of the node's two ways to run an engine, both of which end before the engine is disposed."""

    @functools.wraps(original)
    def run(node: Any, run_config_id: str, engine: Any, *arguments: Any, **named: Any) -> None:  # noqa: ANN401
        context = _node_context(node, run_config_id)
        if isinstance(engine, RecordedEngine):
            engine.next_context = lambda: context
        try:
            original(node, run_config_id, engine, *arguments, **named)
        except BaseException as exc:
            _finish_node_run(engine, context, exc)
            raise
        _finish_node_run(engine, context)

    return run


def _finish_node_run(engine: Any, context: RunContext, error: BaseException | None = None) -> None:  # noqa: ANN401
    """Save what the engine has not saved itself: it was made before btsql watched, or failed before it ran."""
    # Without an engine the run failed to be built, and was saved then.
    if engine is not None and not context.described:
        _describe_and_save(engine, context, recorder_of(), error)


def _node_context(node: Any, run_config_id: str) -> RunContext:  # noqa: ANN401
    config = node._configs[run_config_id]  # noqa: SLF001 - asked by id, the node has no public way
    context = RunContext(data_source="catalog", run_config=to_plain(config))
    context.data = [to_plain(data) for data in config.data]
    context.ask_for(_nanoseconds(config.start), _nanoseconds(config.end))
    return context


def _save_unbuilt(node: Any, run_config_id: str, context: RunContext, error: Exception) -> None:  # noqa: ANN401
    try:
        engine = node._configs[run_config_id].engine  # noqa: SLF001
        strategies = [to_plain(strategy) for strategy in (engine.strategies if engine else [])]
        record = describe_failure(context, error, strategies)
    except Exception as exc:  # noqa: BLE001 - the node's own exception is on its way to the caller
        announce(f"this run is NOT SAVED: its configuration could not be read: {exc}")
    else:
        save_and_announce(record, recorder_of())


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
    )
    backtest.engine.recorder = recorder_of(dsn)
    backtest.engine.next_context = lambda: context
    return context


# ---- what users call


_originals: dict[str, Any] = {}


def install() -> None:
    """Have every engine and node of this process watched from now on; a second call changes nothing."""
    if _originals:
        return
    for name in ("_create_engine", "_run_oneshot", "_run_streaming"):
        _originals[name] = getattr(BacktestNode, name)
    BacktestNode._create_engine = _wrapped_create_engine(_originals["_create_engine"])  # noqa: SLF001
    BacktestNode._run_oneshot = _wrapped_run(_originals["_run_oneshot"])  # noqa: SLF001
    BacktestNode._run_streaming = _wrapped_run(_originals["_run_streaming"])  # noqa: SLF001
    _replace_everywhere(BacktestEngine, RecordedEngine)


def uninstall() -> None:
    """Undo `install()`; engines made meanwhile go on saving their runs."""
    for name, original in _originals.items():
        setattr(BacktestNode, name, original)
    if _originals:
        _replace_everywhere(RecordedEngine, BacktestEngine)
    _originals.clear()


def _replace_everywhere(old: type, new: type) -> None:
    """Put one class in the other's place in every module that imported it, user scripts included."""
    own = sys.modules[__name__]
    for module in list(sys.modules.values()):
        names = getattr(module, "__dict__", None)
        if module is not own and isinstance(names, dict) and names.get(old.__name__) is old:
            names[old.__name__] = new


@contextmanager
def watched(target: Any) -> Iterator[Any]:  # noqa: ANN401
    """Save the runs of one engine or node that end inside the block."""
    if isinstance(target, BacktestNode):
        was_installed = bool(_originals)
        install()
        try:
            yield target
        finally:
            if not was_installed:
                uninstall()
    elif isinstance(target, RecordedEngine):
        yield target
    elif isinstance(target, BacktestEngine):
        context = RunContext()
        try:
            yield target
        except BaseException as exc:
            _describe_and_save(target, context, recorder_of(), exc)
            raise
        if target.run_finished is None:
            announce("nothing to save: no run has ended inside `with btsql.recording(engine):`")
        elif _engine_run(target) not in _saved:
            _describe_and_save(target, _context_of_ended(target), recorder_of())
    else:
        raise UsageError(
            f"recording() takes a BacktestEngine or a BacktestNode, not {type(target).__name__}",
            hint="Write `with btsql.recording(engine): engine.run()`.",
        )


def save_ended_run(engine: Any, recorder: Recorder) -> UUID:  # noqa: ANN401
    """Save the run that an engine has ended, and return its id; the run's id again when it is saved already."""
    if not isinstance(engine, BacktestEngine):
        raise UsageError(
            f"record_run() takes a BacktestEngine after its run, not {type(engine).__name__}",
            hint="For a BacktestNode write `with btsql.recording(node): node.run()`.",
        )
    key = _engine_run(engine)
    if key in _saved:
        return _saved[key]
    if key is None or engine.run_finished is None:
        raise UsageError(
            "this engine has not ended a run, or was reset since",
            hint="Call engine.run() first; to have failures saved too write `with btsql.recording(engine):`.",
        )
    record = describe_run(engine, _context_of_ended(engine))
    run_id = recorder.save(record)
    _saved[key] = run_id
    announce_saved(record, run_id)
    return run_id


def _context_of_ended(engine: Any) -> RunContext:  # noqa: ANN401
    started, finished = engine.run_started.value, engine.run_finished.value
    context = RunContext(started_at=to_datetime(started), duration_seconds=(finished - started) / 1e9)
    if isinstance(engine, RecordedEngine):
        context.venues = engine._btsql_venues  # noqa: SLF001
    context.ask_for(engine.backtest_start.value, engine.backtest_end.value)
    return context
