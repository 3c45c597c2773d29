"""Where a run comes from and what was made of it, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from btsql.render.values import local_time, printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from btsql.reproduction import Origin, ReproducedRun, VerdictRow


LISTED = 20  # how many of the runs that were made of one


def lineage_text(
    origins: Sequence[Origin], reproductions: Sequence[ReproducedRun], verdict: VerdictRow | None
) -> str:
    """Return where a run comes from, back to the first, and what was made of it."""
    lines = []
    for origin in origins:
        state = origin.status if origin.is_recorded else "not recorded here"
        said = f", {verdict.field}" if verdict is not None and origin.generation == 1 else ""
        lines.append(f"{_made(origin.changes)} from {origin.short_id[:8]} ({state}{said})")
    for each in reproductions[:LISTED]:
        when = local_time(each.started_at, "%Y-%m-%d %H:%M:%S")
        lines.append(f"{_made(each.changes)} by {each.short_id[:8]} ({each.status}, {when})")
    if len(reproductions) > LISTED:
        lines.append(f"and {len(reproductions) - LISTED} more: --format json has them")
    return "\n".join(["", "Lineage", *(f"  {line}" for line in lines), ""]) if lines else ""


def only_other_data(changes: Mapping[str, Any] | None) -> str:
    """Return the data in brackets when a re-run was given nothing but its data; nothing otherwise.

    Whether that is other data, or the same at another place, is for the verdict to tell: such a run is called
    neither a variation nor a reproduction.
    """
    if not changes or set(changes) != {"data"}:
        return ""
    data = changes["data"]
    return f"(with data {printable(str(data.get('to') if isinstance(data, dict) else data))})"


def _made(changes: Mapping[str, Any] | None) -> str:
    """Return how one run was made from another."""
    if not changes:
        return "reproduced"
    other_data = only_other_data(changes)
    return f"rerun {other_data}" if other_data else f"varied ({_changed(changes)})"


def _changed(changes: Mapping[str, Any]) -> str:
    return ", ".join(
        printable(f"{name} {change.get('from')} -> {change.get('to')}" if isinstance(change, dict) else name)
        for name, change in sorted(changes.items())
    )
