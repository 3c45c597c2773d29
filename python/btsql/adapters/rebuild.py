"""A recorded run as something to execute again, from its record alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from btsql.adapters.context import Reproduction
from btsql.adapters.rebuild_engine import rebuild_engine
from btsql.adapters.rebuild_node import rebuild_node
from btsql.signals import recorded_endings

if TYPE_CHECKING:
    from collections.abc import Callable

    from btsql.recorder import Recorder
    from btsql.reproduction import Variation
    from btsql.run_details import RunDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """A run that is ready to be executed again.

    Attributes
    ----------
    reproduction : Reproduction
        Its `saved_id` is the new run's id once that is committed.
    engine : BacktestEngine | None
        What will run; None for a node, which makes its engine when it runs.
    execute : callable
        Runs it, and raises what the backtest raises.

    """

    reproduction: Reproduction
    engine: Any
    execute: Callable[[], None]

    def run(self) -> Exception | None:
        """Run it, and return what the backtest raised."""
        try:
            with recorded_endings():
                self.execute()
        except Exception as exc:  # noqa: BLE001 - it is in the record, and in the verdict
            return exc
        self.dispose()
        return None

    def dispose(self) -> None:
        """Let go of an engine that is not going to run any more."""
        if self.engine is not None:
            self.engine.dispose()


def rebuild(run: RunDetails, variation: Variation, recorder: Recorder, *, is_dry: bool = False) -> Rebuilt:
    """Build a recorded run again, with what is to be varied, to be recorded there if it is not dry.

    Raises
    ------
    SourceUnavailable
        If its strategy, its data or something that was not captured is not there.
    UsageError
        If what is to be varied does not fit the run.
    OperationFailed
        If the engine cannot be made of it any more.

    """
    snapshot = run.snapshot
    reproduction = Reproduction(
        origin_run_id=run.run_id,
        recorder=recorder,
        random_state=snapshot.get("random_state"),
        is_dry=is_dry,
    )
    if snapshot.get("run_config"):
        engine, execute = None, rebuild_node(run, variation, reproduction)
    else:
        engine, execute = rebuild_engine(run, variation, reproduction)
    return Rebuilt(reproduction=reproduction, engine=engine, execute=execute)
