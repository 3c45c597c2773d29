"""How the hooks save: each run becomes a record once, and no defect of ours reaches the backtest."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from btsql.adapters.capture import describe_failure, describe_run, describe_start, identity_of
from btsql.adapters.context import RunContext, recorder_of
from btsql.duplicates import duplicate_line, find_closest_duplicates
from btsql.messages import announce
from btsql.recorder import try_to_save

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from btsql.record import RunRecord
    from btsql.recorder import Recorder

# Every saved run by the engine's own id of it and the database: it is there once, however many hooks see it.
_saved: dict[tuple[str, str], UUID] = {}

# Every run that ended and could not be saved, as it was described then: its id is to stay the same.
_unsaved: dict[tuple[str, str], RunRecord] = {}


def run_key(engine: Any, recorder: Recorder) -> tuple[str, str] | None:
    """Return what names the run that an engine is at, in one database; None before the engine has."""
    if engine.run_id is None:  # it failed before the engine made one
        return None
    try:
        return str(engine.run_id), recorder.target().conninfo
    except Exception:  # noqa: BLE001 - nothing is saved there; saving says why
        return str(engine.run_id), ""


def saved_id_of(engine: Any, recorder: Recorder) -> UUID | None:
    """Return the id of the run that an engine is at, if it is saved."""
    key = run_key(engine, recorder)
    return None if key is None else _saved.get(key)


def unsaved_record(engine: Any, recorder: Recorder) -> RunRecord | None:
    """Return the record of the run that an engine is at, if it ended and could not be saved."""
    key = run_key(engine, recorder)
    return None if key is None else _unsaved.get(key)


def is_described(engine: Any, recorder: Recorder) -> bool:
    """Tell whether the run that the engine is at has ended and become a record."""
    key = run_key(engine, recorder)
    return key in _saved or key in _unsaved


def remember(engine: Any, recorder: Recorder, record: RunRecord, *, saved: bool) -> None:
    """Keep what became of the run that an engine is at."""
    key = run_key(engine, recorder)
    if key is None:
        return
    if saved:
        _saved[key] = record.run_id
        _unsaved.pop(key, None)
    else:
        _unsaved[key] = record


@contextmanager
def harmless(consequence: str) -> Iterator[None]:
    """Tell of a defect of ours, and never raise it into somebody's backtest."""
    try:
        yield
    except Exception as exc:  # noqa: BLE001
        announce(f"{consequence}: {type(exc).__name__}: {exc}")


def record_start(engine: Any, context: RunContext, recorder: Recorder) -> None:
    """Have the database know that a run begins, before it does."""
    with harmless("the start of this run is not recorded"):
        recorder.start(describe_start(engine, context))


def describe_and_save(
    engine: Any, context: RunContext, recorder: Recorder, error: BaseException | None = None
) -> None:
    """Save a run for a hook, once."""
    with harmless("this run is NOT SAVED: it could not be read from the engine"):
        if is_described(engine, recorder):
            return
        record = describe_run(engine, context, error)
        context.status = record.status
        try:
            is_told = context.is_failure_told and isinstance(error, Exception)
            context.problem = try_to_save(record, recorder, quiet=is_told)
        except BaseException:  # an interrupt: the recorder has saved or kept the record
            remember(engine, recorder, record, saved=recorder.has_saved(record.run_id))
            raise
        context.saved_id = None if context.problem else record.run_id
        remember(engine, recorder, record, saved=context.problem is None)


def save_unbuilt(config: Any, context: RunContext, error: Exception) -> None:
    """Save a run that failed before there was an engine; `config` is the engine's."""
    if context.reproduction is not None and context.reproduction.is_dry:
        return
    with harmless("this run is NOT SAVED: its configuration could not be read"):
        record = describe_failure(context, error, list(config.strategies) if config else [])
        context.status = record.status
        context.problem = try_to_save(record, recorder_of())
        context.saved_id = None if context.problem else record.run_id


def tell_of_duplicate(engine: Any, context: RunContext, recorder: Recorder) -> None:
    """Say that the run was made before, if it was; a database that is away has nothing to say."""
    if context.duplicates_told or context.reproduction is not None or not recorder.is_connected:
        return
    context.duplicates_told = True
    try:
        identity = identity_of(engine, context)
        if None in (identity["data_start"], identity["data_end"]):  # without data there is nothing to test
            return
        found = recorder.ask(lambda connection: find_closest_duplicates(connection, identity, result_limit=1))
    except Exception:  # noqa: BLE001 - the backtest is what matters
        return
    if found:
        with harmless("what was tested before is not told"):
            announce(duplicate_line(found[0]))
