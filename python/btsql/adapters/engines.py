"""The engine that stands in for Nautilus Trader's, which is compiled and cannot be patched."""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from nautilus_trader.backtest.engine import BacktestEngine

from btsql.adapters.context import RunContext, recorder_of
from btsql.adapters.saving import (
    describe_and_save,
    harmless,
    is_described,
    record_start,
    save_unbuilt,
    saved_id_of,
    tell_of_duplicate,
)
from btsql.adapters.snapshot import keep_random_state, venue_settings
from btsql.errors import NotEnded
from btsql.messages import announce
from btsql.record import short_id
from btsql.signals import recorded_endings

if TYPE_CHECKING:
    from uuid import UUID

    from btsql.adapters.backtest import Backtest
    from btsql.recorder import Recorder

# Whether a node is building an engine: then it is the node's wrapper that saves what goes wrong.
building: ContextVar[bool] = ContextVar("building", default=False)


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
            if not building.get():
                save_unbuilt(config, context, exc)
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
        with harmless("the settings of a venue could not be read, and will be missing"):
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
            self._btsql_inside_run = True
            try:
                if self._btsql_context is None:
                    context = self._btsql_context = self._expected_context(start, end)
                    self._begin(context, is_whole=not streaming)
                    context.clock = time.perf_counter()  # its duration is without what precedes it
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

    def _expected_context(self, start: Any, end: Any) -> RunContext:
        context, self._btsql_expected = self._btsql_expected, None
        if context is None or context.described:
            context = RunContext(venues=self._btsql_venues)
        context.ask_for(nanoseconds(start), nanoseconds(end))
        return context

    def _begin(self, context: RunContext, *, is_whole: bool) -> None:
        """Have the database know of the run, and say whether it was made before if all its data is here."""
        with harmless("the random numbers of this run could not be kept, and a re-run may draw others"):
            keep_random_state(context, self._btsql_venues)
        recorder = self.recorder or recorder_of()
        if is_described(self, recorder):  # it goes on without reset(), and ended before
            return
        if is_whole:  # read now rather than at the end: one that is killed is known by its data too
            context.feed(self.data, is_all=True)
        record_start(self, context, recorder)
        if is_whole:
            tell_of_duplicate(self, context, recorder)

    def _give_up(self, how: str) -> None:
        if self._btsql_context is not None and not self._btsql_inside_run:
            self._finish(NotEnded(f"the engine was {how} before end() was called"))

    def _finish(self, error: BaseException | None = None) -> None:
        context, self._btsql_context = self._btsql_context, None
        if context is None:
            return
        recorder = self.recorder or recorder_of()
        saved_id = saved_id_of(self, recorder)
        if not is_described(self, recorder):
            self._btsql_ended += 1
            describe_and_save(self, context, recorder, error)
        elif (
            saved_id is not None and saved_id != self._btsql_told
        ):  # once, for a stream may go on for many chunks
            self._btsql_told = saved_id
            announce(f"the engine went on without reset(): run {short_id(saved_id)} stays as it was saved")


# It goes by the name that it replaces, in messages and in what is saved.
RecordedEngine.__name__ = RecordedEngine.__qualname__ = BacktestEngine.__name__
RecordedEngine.__module__ = BacktestEngine.__module__


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
        closes=backtest.closes,
        is_read=True,
        duplicates_told=True,  # by the command
    )
    backtest.engine.recorder = recorder_of(dsn)
    backtest.engine.expect(context)
    return context


def nanoseconds(value: Any) -> int | None:
    """Return the UNIX nanoseconds that an argument of `run()` means, read as the engine reads it."""
    if value is None:
        return None
    import pandas as pd  # noqa: PLC0415

    try:
        return int(pd.to_datetime(value, utc=True).value)
    except Exception:  # noqa: BLE001 - the engine is about to refuse it in its own words
        return None
