"""Where a run comes from and what was made of it, for `show`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

    from btsql.reproduction import Origin, ReproducedRun, VerdictRow
    from btsql.run_details import RunDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """The origins of a run, the runs that reproduce it, and how it compares with its origin."""

    origins: list[Origin] = field(default_factory=list)
    reproductions: list[ReproducedRun] = field(default_factory=list)
    verdict: VerdictRow | None = None

    def text(self) -> str:
        """Return it for people; nothing for a run of its own."""
        from btsql.render.lineage import lineage_text

        return lineage_text(self.origins, self.reproductions, self.verdict)

    def document(self) -> dict[str, list[dict[str, Any]]]:
        """Return it for programs."""
        from btsql.render.reruns import lineage_document

        return lineage_document(self.origins, self.reproductions)


def lineage_of(connection: psycopg.Connection[Any], run: RunDetails) -> Lineage:
    """Return the lineage of a run."""
    from btsql.reproduction import find_origins, find_reproductions, reproduction_verdict

    reference = str(run.run_id)
    origins = [] if run.origin_run_id is None else find_origins(connection, reference)
    recorded = origins and origins[0].is_recorded
    return Lineage(
        origins=origins,
        reproductions=find_reproductions(connection, reference),
        verdict=reproduction_verdict(connection, reference)[0] if recorded else None,
    )
