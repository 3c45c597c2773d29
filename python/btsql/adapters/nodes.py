"""The wrappers of what a node, which is a Python class, does to build and run its engines."""

from __future__ import annotations

import functools
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from btsql.adapters.configs import importable
from btsql.adapters.context import RunContext, recorder_of
from btsql.adapters.engines import RecordedEngine, building, nanoseconds
from btsql.adapters.saving import describe_and_save, harmless, record_start, save_unbuilt
from btsql.signals import recorded_endings

if TYPE_CHECKING:
    from collections.abc import Callable


def wrapped_create_engine(original: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the node's way to build an engine, which may fail before there is one."""

    @functools.wraps(original)
    def create_engine(node: Any, run_config_id: str) -> Any:
        context = _node_context(node, run_config_id)
        token = building.set(True)
        try:
            return original(node, run_config_id)
        except Exception as exc:
            unbuilt = _unbuilt(node)
            if run_config_id not in unbuilt:  # else `build()` failed before, and now `run()` does
                unbuilt.add(run_config_id)
                save_unbuilt(node._configs[run_config_id].engine, context, exc)  # noqa: SLF001
            raise
        finally:
            building.reset(token)

    return create_engine


def wrapped_run(original: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap one of the node's two ways to run an engine, both of which end before the engine is disposed."""

    @functools.wraps(original)
    def run(node: Any, run_config_id: str, engine: Any, *arguments: Any, **named: Any) -> None:
        context = _node_context(node, run_config_id)
        with recorded_endings():
            if isinstance(engine, RecordedEngine):
                engine.expect(context)
            elif run_config_id not in _unbuilt(node):  # the engine was made before btsql watched
                record_start(engine, context, recorder_of())
                context.clock = time.perf_counter()
            try:
                original(node, run_config_id, engine, *arguments, **named)
            except BaseException as exc:
                if run_config_id in _unbuilt(node):  # a consequence of what is saved already
                    _unbuilt(node).discard(run_config_id)
                elif not context.described:
                    describe_and_save(engine, context, recorder_of(), exc)
                raise
            if not context.described:
                describe_and_save(engine, context, recorder_of())

    return run


def _unbuilt(node: Any) -> set[str]:
    """Return the configurations that could not be built, as was saved, and that have not run since."""
    found: set[str] = node.__dict__.setdefault("_btsql_unbuilt", set())
    return found


def _node_context(node: Any, run_config_id: str) -> RunContext:
    context = RunContext(data_source="catalog")
    with harmless("the configuration of a run could not be read, and will be missing"):
        config = node._configs[run_config_id]  # noqa: SLF001 - asked by id, the node has no public way
        context.ask_for(nanoseconds(config.start), nanoseconds(config.end))
        document = importable(config)
        context.data = document["data"] = [_placed(data) for data in document["data"]]
        context.run_config = document
    return context


def _placed(data: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration of data with the place of a local catalog as it is known everywhere."""
    path = data["catalog_path"]
    if data.get("catalog_fs_protocol") not in {None, "file"} or "://" in path:
        return data
    return data | {"catalog_path": str(Path(path).absolute())}
